package stock_test

import (
	"context"
	"testing"

	"orderflow/ent/reservation"
	"orderflow/ent/stockmovement"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestRestock(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		sku, warehouse := newSku(t, db), newWarehouse(t, db)
		request := globalid.New(globalid.AfterSale)
		restock := func(sku, warehouse globalid.ID, units int64) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return stock.Restock(ctx, tx, clerk, stock.Return{Sku: sku, Warehouse: warehouse,
					Quantity: units, AfterSale: request})
			})
		}
		for _, units := range []int64{2, 3} { // the first makes the row
			if err := restock(sku, warehouse, units); err != nil {
				t.Fatal(err)
			}
		}
		row := db.Client.Stock.Query().OnlyX(t.Context())
		expect(t, db, row.ID, 5, 0)
		for _, m := range db.Client.StockMovement.Query().
			Where(stockmovement.StockID(row.ID)).AllX(t.Context()) {
			if m.Cause != vocab.StockReturned || m.Note != request.String() {
				t.Errorf("movement %+v", m)
			}
		}
		if err := restock(sku, warehouse, 0); err == nil {
			t.Error("0 units were put back")
		}
		if err := restock(globalid.New(globalid.Sku), warehouse, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown sku: %v", err)
		}
	})
}

// What a request holds for an item is not what the order holds for it.
func TestARequestHoldsItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 5, 0)
		n := need(s.rowHere, 1)
		if err := reserve(t.Context(), db, n); err != nil {
			t.Fatal(err)
		}
		first, second := globalid.New(globalid.AfterSale), globalid.New(globalid.AfterSale)
		reserveFor := func(request, warehouse globalid.ID, units int64) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return stock.ReserveSku(ctx, tx, clerk, stock.SkuNeed{Order: n.Order, Item: n.Item,
					Sku: s.sku, Warehouse: warehouse, Quantity: units, AfterSale: request})
			})
		}
		shipFor := func(request globalid.ID, units int64) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return stock.Ship(ctx, tx, clerk, stock.Units{Item: n.Item, Warehouse: s.here,
					Quantity: units, AfterSale: request})
			})
		}
		releaseFor := func(request globalid.ID) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return stock.ReleaseFor(ctx, tx, clerk, n.Order, request)
			})
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(reserveFor(first, s.here, 3))
		must(reserveFor(second, s.here, 1))
		for name, warehouse := range map[string]globalid.ID{
			"none left": s.here, "none ever": s.there, "no row": newWarehouse(t, db),
		} {
			if err := reserveFor(second, warehouse, 1); !fault.Is(err, fault.OutOfStock) {
				t.Errorf("%s: %v", name, err)
			}
		}
		expect(t, db, s.rowHere, 5, 5)

		// The order ships its one unit and has no more, whatever the requests hold.
		must(ship(t.Context(), db, n.Item, s.here, 1))
		if err := ship(t.Context(), db, n.Item, s.here, 1); !fault.Is(err, fault.Conflict) {
			t.Errorf("the order shipped a request's unit: %v", err)
		}
		if err := move(t.Context(), db, n.Item, s.here, s.there, 1); !fault.Is(err, fault.Conflict) {
			t.Errorf("the order moved a request's unit: %v", err)
		}
		must(shipFor(first, 2)) // cut: the rest stays the request's
		expect(t, db, s.rowHere, 2, 2)
		if err := shipFor(first, 2); !fault.Is(err, fault.Conflict) {
			t.Errorf("shipped more than it holds: %v", err)
		}
		must(releaseFor(first))
		must(releaseFor(first)) // nothing is held any more
		expect(t, db, s.rowHere, 2, 1)
		must(shipFor(second, 1))
		expect(t, db, s.rowHere, 1, 0)
		for request, want := range map[globalid.ID][2]int64{first: {2, 1}, second: {1, 0}} {
			var got [2]int64
			for _, r := range db.Client.Reservation.Query().
				Where(reservation.AfterSaleID(request)).AllX(t.Context()) {
				switch r.Status {
				case vocab.ReservationConsumed:
					got[0] += r.Quantity
				case vocab.ReservationReleased:
					got[1] += r.Quantity
				default:
					t.Errorf("%d units are %s", r.Quantity, r.Status)
				}
			}
			if got != want {
				t.Errorf("sent and given back %v, want %v", got, want)
			}
		}
	})
}
