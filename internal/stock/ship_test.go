package stock_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// shelves are the rows of one sku in two warehouses.
type shelves struct {
	sku, here, there  globalid.ID
	rowHere, rowThere globalid.ID
}

func newShelves(t *testing.T, db *store.DB, here, there int64) shelves {
	t.Helper()
	s := shelves{sku: newSku(t, db), here: newWarehouse(t, db), there: newWarehouse(t, db)}
	var err error
	if s.rowHere, err = adjust(t.Context(), db, s.sku, s.here, here); err != nil {
		t.Fatal(err)
	}
	if s.rowThere, err = adjust(t.Context(), db, s.sku, s.there, there); err != nil {
		t.Fatal(err)
	}
	return s
}

func ship(
	ctx context.Context, db *store.DB, item, warehouse globalid.ID, units int64,
) error {
	return db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		return stock.Ship(ctx, tx, clerk,
			stock.Units{Item: item, Warehouse: warehouse, Quantity: units})
	})
}

func move(ctx context.Context, db *store.DB, item, from, to globalid.ID, units int64) error {
	return db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		return stock.Move(ctx, tx, clerk,
			stock.Units{Item: item, Warehouse: from, Quantity: units}, to)
	})
}

// holdings sums the reservations of an item by status.
func holdings(
	t *testing.T, db *store.DB, item globalid.ID,
) map[vocab.ReservationStatus]int64 {
	t.Helper()
	rows, err := db.Client.Reservation.Query().Where(reservation.ItemID(item)).All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sums := map[vocab.ReservationStatus]int64{}
	for _, r := range rows {
		sums[r.Status] += r.Quantity
	}
	return sums
}

func expectHoldings(t *testing.T, db *store.DB, item globalid.ID, held, consumed int64) {
	t.Helper()
	got := holdings(t, db, item)
	if got[vocab.ReservationHeld] != held || got[vocab.ReservationConsumed] != consumed {
		t.Errorf("the item has %v, want %d held and %d consumed", got, held, consumed)
	}
}

func TestWhatIsShippedLeavesTheStock(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 10, 10)
		a := need(s.rowHere, 4)
		b := stock.Need{Order: a.Order, Item: a.Item, Stock: s.rowHere, Quantity: 2}
		if err := reserve(t.Context(), db, a, b, need(s.rowHere, 3)); err != nil {
			t.Fatal(err)
		}
		if err := ship(t.Context(), db, a.Item, s.here, 5); err != nil {
			t.Fatal(err)
		}
		expect(t, db, s.rowHere, 5, 4)
		expectHoldings(t, db, a.Item, 1, 5)
		for _, bad := range []struct {
			warehouse globalid.ID
			units     int64
		}{{s.here, 2}, {s.there, 1}} {
			err := ship(t.Context(), db, a.Item, bad.warehouse, bad.units)
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := ship(t.Context(), db, a.Item, s.here, 1); err != nil {
			t.Fatal(err)
		}
		expect(t, db, s.rowHere, 4, 3)
		expectHoldings(t, db, a.Item, 0, 6)
		sent, err := db.Client.StockMovement.Query().All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var units int64
		for _, m := range sent {
			if m.Cause == vocab.StockShipped {
				if m.OnHandDelta != m.ReservedDelta || m.ReservationID == nil {
					t.Errorf("movement %+v", m)
				}
				units -= m.OnHandDelta
			}
		}
		if units != 6 {
			t.Errorf("movements ship %d units, want 6", units)
		}
	})
}

func TestOfTwoHandoversOfTheSameUnitsOneWins(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 10, 0)
		n := need(s.rowHere, 5)
		if err := reserve(t.Context(), db, n); err != nil {
			t.Fatal(err)
		}
		var won atomic.Int64
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				switch err := ship(t.Context(), db, n.Item, s.here, 3); {
				case err == nil:
					won.Add(1)
				case !fault.Is(err, fault.Conflict):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Errorf("%d handovers succeeded", won.Load())
		}
		expect(t, db, s.rowHere, 7, 2)
	})
}

func TestMoveReservesElsewhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 10, 4)
		n := need(s.rowHere, 6)
		if err := reserve(t.Context(), db, n, need(s.rowThere, 1)); err != nil {
			t.Fatal(err)
		}
		for name, tc := range map[string]struct {
			from, to globalid.ID
			units    int64
			code     fault.Code
		}{
			"more than is there":     {s.here, s.there, 4, fault.OutOfStock},
			"more than is held":      {s.here, s.there, 7, fault.Conflict},
			"held elsewhere":         {s.there, s.here, 1, fault.Conflict},
			"to a warehouse without": {s.here, newWarehouse(t, db), 1, fault.OutOfStock},
		} {
			err := move(t.Context(), db, n.Item, tc.from, tc.to, tc.units)
			if !fault.Is(err, tc.code) {
				t.Errorf("%s: %v", name, err)
			}
		}
		expect(t, db, s.rowHere, 10, 6)
		expect(t, db, s.rowThere, 4, 1)
		if err := move(t.Context(), db, n.Item, s.here, s.there, 3); err != nil {
			t.Fatal(err)
		}
		expect(t, db, s.rowHere, 10, 3)
		expect(t, db, s.rowThere, 4, 4)
		if err := move(t.Context(), db, n.Item, s.there, s.here, 3); err != nil {
			t.Fatal(err)
		}
		expect(t, db, s.rowHere, 10, 6)
		expect(t, db, s.rowThere, 4, 1)
		expectHoldings(t, db, n.Item, 6, 0)
	})
}

func TestAssignGivesUnitsToAnotherLine(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 10, 0)
		n, to := need(s.rowHere, 6), globalid.New(globalid.OrderItem)
		if err := reserve(t.Context(), db, n); err != nil {
			t.Fatal(err)
		}
		assign := func(units int64) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return stock.Assign(ctx, tx,
					stock.Units{Item: n.Item, Warehouse: s.here, Quantity: units}, to)
			})
		}
		if err := assign(7); !fault.Is(err, fault.Conflict) {
			t.Errorf("more than is held: %v", err)
		}
		if err := assign(2); err != nil {
			t.Fatal(err)
		}
		expect(t, db, s.rowHere, 10, 6)
		expectHoldings(t, db, n.Item, 4, 0)
		expectHoldings(t, db, to, 2, 0)
		var of []*ent.Reservation
		for _, r := range held(t, db) {
			if r.OrderID == n.Order {
				of = append(of, r)
			}
		}
		if len(of) != 2 {
			t.Errorf("%d reservations, want both lines' of the order", len(of))
		}
	})
}
