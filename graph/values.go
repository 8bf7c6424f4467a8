package graph

import (
	"slices"

	"entgo.io/ent/dialect/sql"

	"orderflow/internal/globalid"
)

func newestFirst(o *sql.OrderTermOptions) { o.Desc = true }

// nullIfZero is null for a zero value.
func nullIfZero[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// zeroIfNull is the zero value for an input that is left out.
func zeroIfNull[T any](value *T) (zero T) {
	if value == nil {
		return zero
	}
	return *value
}

// sortByIDs brings rows into the order of ids.
func sortByIDs[T any](rows []T, ids []globalid.ID, idOf func(T) globalid.ID) {
	slices.SortFunc(rows, func(a, b T) int {
		return slices.Index(ids, idOf(a)) - slices.Index(ids, idOf(b))
	})
}

func byID[T any](rows []T, idOf func(T) globalid.ID) map[globalid.ID]T {
	found := make(map[globalid.ID]T, len(rows))
	for _, row := range rows {
		found[idOf(row)] = row
	}
	return found
}
