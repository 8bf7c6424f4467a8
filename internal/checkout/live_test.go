package checkout

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// What a buyer holds is found by indexes, however many orders there are and whatever the statistics
// say: the statement is part of every placement.
func TestHoldingsAreFoundByIndexes(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			db := dbtest.Open(t, dialect, store.Options{})
			if dialect == dbtest.MySQL {
				keepYoungStatistics(t, db)
			}
			buyers := addOrders(t, db)
			query, args := liveQuery(db.Dialect, []globalid.ID{globalid.New(globalid.Sku)},
				buyers[:32])
			args = append(args, globalid.Earliest(globalid.SubOrder, time.Now().Add(-time.Hour)),
				time.Now(), string(vocab.PaymentTimeout), string(vocab.BuyerCancelled))
			explain := "EXPLAIN "
			if dialect == dbtest.SQLite {
				explain = "EXPLAIN QUERY PLAN "
			}
			rows, err := db.SQL().QueryContext(t.Context(), explain+query, args...)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			plan := planOf(t, rows)
			for _, line := range plan {
				for _, table := range []string{"sub_orders", " s ", "order_items", " i ", " o "} {
					whole := strings.Contains(line, "SCAN "+strings.TrimSpace(table)) ||
						strings.Contains(line, table+"index ") ||
						strings.Contains(line, table) && strings.Contains(line, " ALL ")
					if whole {
						t.Errorf("a whole table is read:\n%s", strings.Join(plan, "\n"))
					}
				}
			}
		})
	}
}

// keepYoungStatistics has the database believe that there are no orders.
func keepYoungStatistics(t *testing.T, db *store.DB) {
	t.Helper()
	for _, statement := range []string{"ALTER TABLE sub_orders STATS_AUTO_RECALC = 0",
		"ALTER TABLE order_items STATS_AUTO_RECALC = 0", "ANALYZE TABLE sub_orders, order_items"} {
		if _, err := db.SQL().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// addOrders stores orders of 100 buyers, 20 each, of which one is not paid.
func addOrders(t *testing.T, db *store.DB) (buyers []globalid.ID) {
	t.Helper()
	shop, warehouse := globalid.New(globalid.Shop), globalid.New(globalid.Warehouse)
	for range 100 {
		buyer := globalid.New(globalid.Buyer)
		buyers = append(buyers, buyer)
		err := db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
			for i := range 20 {
				status := vocab.Completed
				if i == 0 {
					status = vocab.PendingPayment
				}
				sub := &ent.SubOrder{ID: globalid.New(globalid.SubOrder), BuyerID: buyer,
					OrderID: globalid.New(globalid.Order), ShopID: shop, WarehouseID: warehouse,
					LogisticsClass: vocab.Ordinary, Status: status, Currency: "CNY",
					FreightShares: []document.Share{}, CreatedAt: tx.Now}
				tx.Insert(sub, &ent.OrderItem{ID: globalid.New(globalid.OrderItem),
					OrderID: sub.OrderID, SubOrderID: sub.ID, BuyerID: buyer, ShopID: shop,
					ProductID: shop, SkuID: globalid.New(globalid.Sku), SkuCode: "x", Title: "x",
					DeductionMode: vocab.OnOrder, Currency: "CNY", Quantity: 1,
					Shares: []document.Share{}, CreatedAt: tx.Now})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return buyers
}

// planOf returns each row of a plan as one line.
func planOf(t *testing.T, rows *sql.Rows) (lines []string) {
	t.Helper()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := " "
		for _, v := range values {
			line += v.String + " "
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}
