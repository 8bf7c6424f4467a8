package dbtest_test

import (
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

func TestEveryDatabaseIsMigratedAndEmpty(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		if pending, err := db.Pending(t.Context()); err != nil || len(pending) > 0 {
			t.Errorf("pending %v, %v", pending, err)
		}
		if n, err := db.Client.Order.Query().Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d orders, %v", n, err)
		}
		if product, err := db.Product(t.Context()); err != nil || product == "" {
			t.Errorf("product %q, %v", product, err)
		}
	})
}

func TestOneDatabaseCanBeOpenedTwice(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			name := dbtest.Name(t, dialect)
			one, other := dbtest.OpenName(t, name), dbtest.OpenName(t, name)
			ctx := t.Context()
			if err := one.Client.Setting.Create().SetID("k").SetValue("v").Exec(ctx); err != nil {
				t.Fatal(err)
			}
			if row, err := other.Client.Setting.Get(ctx, "k"); err != nil || row.Value != "v" {
				t.Errorf("the other sees %v, %v", row, err)
			}
			if n, err := dbtest.Open(t, dialect).Client.Setting.Query().Count(ctx); err != nil || n != 0 {
				t.Errorf("a third sees %d rows, %v", n, err)
			}
		})
	}
}
