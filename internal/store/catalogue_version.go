package store

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
)

// CatalogueVersion is the name of the setting that is raised by every transaction that writes a
// table of the catalogue. A server may keep rows of these tables in memory for as long as the
// version is the one that it has read before the rows.
const CatalogueVersion = "catalogue.version"

// catalogueTables change rarely and are read by every checkout.
var catalogueTables = map[string]bool{
	"shops": true, "freight_templates": true, "warehouses": true, "products": true, "skus": true,
	"promotions": true, "member_benefits": true,
}

// writesCatalogue reports whether a statement changes a table of the catalogue.
func writesCatalogue(query string) bool {
	for _, verb := range []string{"INSERT INTO ", "UPDATE ", "DELETE FROM "} {
		if rest, ok := strings.CutPrefix(query, verb); ok {
			table, _, _ := strings.Cut(strings.TrimPrefix(rest, "`"), "`")
			table, _, _ = strings.Cut(table, " ")
			return catalogueTables[table]
		}
	}
	return false
}

func raiseCatalogueVersion(ctx context.Context, on dialect.ExecQuerier, name string) error {
	query := "INSERT INTO settings (name, value) VALUES (?, '1')" +
		" ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
	if name == dialect.MySQL {
		query = "INSERT INTO settings (name, value) VALUES (?, '1')" +
			" ON DUPLICATE KEY UPDATE value = CAST(value AS UNSIGNED) + 1"
	}
	if err := on.Exec(ctx, query, []any{CatalogueVersion}, nil); err != nil {
		return fmt.Errorf("catalogue version: %w", err)
	}
	return nil
}
