package store_test

import (
	"context"
	"errors"
	"testing"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

// The version of the catalogue is another after every transaction that wrote a table of it, in
// whatever way, and the same after others.
func TestTheVersionOfTheCatalogue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		version := func() string {
			row, err := db.Client.Setting.Get(ctx, store.CatalogueVersion)
			if ent.IsNotFound(err) {
				return ""
			}
			if err != nil {
				t.Fatal(err)
			}
			return row.Value
		}
		run := func(work func(ctx context.Context, tx *store.Tx) error) error {
			return db.Run(ctx, work)
		}
		for _, c := range []struct {
			name    string
			changes bool
			write   func() error
		}{
			{"a statement by itself", true, func() error {
				return db.Client.Warehouse.Create().SetCode("a").SetName("a").SetRegion("a").Exec(ctx)
			}},
			{"a statement of a transaction", true, func() error {
				return run(func(ctx context.Context, tx *store.Tx) error {
					return tx.Warehouse.Update().SetName("b").Exec(ctx)
				})
			}},
			{"a tracked row", true, func() error {
				return run(func(ctx context.Context, tx *store.Tx) error {
					row, err := tx.Warehouse.Query().Only(ctx)
					store.Track(tx, row).Name = "c"
					return err
				})
			}},
			{"a raw statement", true, func() error {
				return run(func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.ExecContext(ctx, "UPDATE warehouses SET name = ?", "d")
					return err
				})
			}},
			{"a query", false, func() error {
				return run(func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Warehouse.Query().All(ctx)
					return err
				})
			}},
			{"another table", false, func() error {
				return db.Client.Buyer.Create().SetSubject("a").Exec(ctx)
			}},
			{"what is rolled back", false, func() error {
				err := run(func(ctx context.Context, tx *store.Tx) error {
					if err := tx.Warehouse.Update().SetName("e").Exec(ctx); err != nil {
						return err
					}
					return errPlain
				})
				if !errors.Is(err, errPlain) {
					return err
				}
				return nil
			}},
		} {
			before := version()
			if err := c.write(); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if changed := version() != before; changed != c.changes {
				t.Errorf("%s: the version is another: %t", c.name, changed)
			}
		}
	})
}
