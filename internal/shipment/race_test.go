package shipment_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const rounds = 6

// racing runs a test several times on every database; at the end every invariant holds.
func racing(t *testing.T, round func(w *world)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for range rounds {
			round(w)
		}
		w.clean()
	})
}

// atOnce runs all at once and returns what became of each.
func atOnce(do ...func() error) []error {
	errs := make([]error, len(do))
	var all sync.WaitGroup
	for i, fn := range do {
		all.Go(func() { errs[i] = fn() })
	}
	all.Wait()
	return errs
}

// ship ships all of a sub-order that can be packed.
func (w *world) ship(sub globalid.ID, number string) error {
	results, err := w.shipments.ShipOrders(w.staff, []parcels.ShipInput{
		{SubOrder: sub, Carrier: "fake", TrackingNumber: number}})
	if err != nil {
		return err
	}
	return results[0].Err
}

func (w *world) split(item globalid.ID, sub globalid.ID, units int64) error {
	_, err := w.orders.SplitSubOrder(w.staff, order.SplitInput{SubOrder: sub,
		Lines: []order.SplitLine{{Item: item, Quantity: units}}})
	return err
}

func TestTwoHandoversOfTheSameQuantityHaveOneWinner(t *testing.T) {
	racing(t, func(w *world) {
		sku := w.sku(vocab.Ordinary, 3)
		o := w.paid(3, sku)
		sub := o.Edges.SubOrders[0]
		id := w.create(parcels.Line{Item: sub.Edges.Items[0].ID, Quantity: 2})
		var handed, shipped atomic.Int64
		count := func(wins *atomic.Int64, err error) {
			if err == nil {
				wins.Add(1)
			} else if !fault.Is(err, fault.ActionNotAllowed) {
				w.t.Error(err)
			}
		}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				_, err := w.shipments.HandOver(w.staff, label(id, fmt.Sprint("N", i)))
				count(&handed, err)
			})
			all.Go(func() { count(&shipped, w.ship(sub.ID, fmt.Sprint("S", i))) })
		}
		all.Wait()
		// One hands the parcel over, one ships the unit that is in no parcel.
		row := sku.QueryStocks().OnlyX(w.t.Context())
		if handed.Load() != 1 || shipped.Load() != 1 || row.OnHand != 0 || row.Reserved != 0 {
			w.t.Errorf("%d handed over, %d shipped, stock %d, %d reserved", handed.Load(),
				shipped.Load(), row.OnHand, row.Reserved)
		}
		if got := w.order(o.ID).Edges.SubOrders[0]; got.Status != vocab.Shipped {
			w.t.Errorf("it is %s", got.Status)
		}
	})
}

// What is split off first is not shipped with the rest; what is shipped first is not split off.
func TestSplitAndShipRace(t *testing.T) {
	racing(t, func(w *world) {
		o := w.paid(3, w.sku(vocab.Ordinary, 3))
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0].ID
		errs := atOnce(func() error { return w.split(item, sub.ID, 2) },
			func() error { return w.ship(sub.ID, "A") })
		subs := w.order(o.ID).Edges.SubOrders
		parts, left := len(subs), subs[0].Edges.Items[0]
		switch {
		case errs[1] != nil || subs[0].Status != vocab.Shipped:
			w.t.Errorf("it is %s: %v", subs[0].Status, errs[1])
		case errs[0] == nil && (parts != 2 || left.ShippedQuantity != 1):
			w.t.Errorf("split into %d, %d shipped", parts, left.ShippedQuantity)
		case errs[0] != nil && (parts != 1 || left.ShippedQuantity != 3 ||
			!fault.Is(errs[0], fault.ActionNotAllowed)):
			w.t.Errorf("not split (%v), %d shipped", errs[0], left.ShippedQuantity)
		}
	})
}

// The same units are split off or packed.
func TestSplitAndPackRace(t *testing.T) {
	racing(t, func(w *world) {
		o := w.paid(3, w.sku(vocab.Ordinary, 3))
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0].ID
		var parcel globalid.ID
		errs := atOnce(func() error { return w.split(item, sub.ID, 2) }, func() (err error) {
			parcel, err = w.shipments.Create(w.staff,
				parcels.CreateInput{Lines: []parcels.Line{{Item: item, Quantity: 3}}})
			return err
		})
		switch {
		case (errs[0] == nil) == (errs[1] == nil):
			w.t.Errorf("split: %v, packed: %v", errs[0], errs[1])
		case errs[0] != nil && !fault.Is(errs[0], fault.ActionNotAllowed),
			errs[1] != nil && !fault.Is(errs[1], fault.InvalidInput):
			w.t.Errorf("split: %v, packed: %v", errs[0], errs[1])
		case errs[1] == nil:
			if _, err := w.shipments.HandOver(w.staff, label(parcel, "A")); err != nil {
				w.t.Error(err)
			}
		}
	})
}
