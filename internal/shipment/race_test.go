package shipment_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

const rounds = 6

// racing runs a test several times on every database; at the end every invariant holds.
func racing(t *testing.T, round func(e *courierEnv)) {
	t.Helper()
	each(t, func(t *testing.T, e *courierEnv) {
		for range rounds {
			round(e)
		}
		e.Verify()
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
func (e *courierEnv) shipAll(sub globalid.ID, number string) error {
	results, err := e.Shipments.ShipOrders(e.Warehouse, []shipment.ShipInput{
		{SubOrder: sub, Carrier: "FAKE", TrackingNumber: number}})
	if err != nil {
		return err
	}
	return results[0].Err
}

func (e *courierEnv) split(item globalid.ID, sub globalid.ID, units int64) error {
	_, err := e.Orders.SplitSubOrder(e.Warehouse, order.SplitInput{SubOrder: sub,
		Lines: []order.SplitLine{{Item: item, Quantity: units}}})
	return err
}

func TestTwoHandoversOfTheSameQuantityHaveOneWinner(t *testing.T) {
	racing(t, func(e *courierEnv) {
		sku := e.Sku(3)
		o := e.buy(3, sku)
		sub := o.Edges.SubOrders[0]
		id := e.create(shipment.Line{Item: sub.Edges.Items[0].ID, Quantity: 2})
		var handed, shipped atomic.Int64
		count := func(wins *atomic.Int64, err error) {
			if err == nil {
				wins.Add(1)
			} else if !fault.Is(err, fault.ActionNotAllowed) {
				e.T.Error(err)
			}
		}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				_, err := e.Shipments.HandOver(e.Warehouse, label(id, fmt.Sprint("N", i)))
				count(&handed, err)
			})
			all.Go(func() { count(&shipped, e.shipAll(sub.ID, fmt.Sprint("S", i))) })
		}
		all.Wait()
		// One hands the parcel over, one ships the unit that is in no parcel.
		row := sku.QueryStocks().OnlyX(e.T.Context())
		if handed.Load() != 1 || shipped.Load() != 1 || row.OnHand != 0 || row.Reserved != 0 {
			e.T.Errorf("%d handed over, %d shipped, stock %d, %d reserved", handed.Load(),
				shipped.Load(), row.OnHand, row.Reserved)
		}
		if got := e.Order(o.ID).Edges.SubOrders[0]; got.Status != vocab.Shipped {
			e.T.Errorf("it is %s", got.Status)
		}
	})
}

// What is split off first is not shipped with the rest; what is shipped first is not split off.
func TestSplitAndShipRace(t *testing.T) {
	racing(t, func(e *courierEnv) {
		o := e.buy(3, e.Sku(3))
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0].ID
		errs := atOnce(func() error { return e.split(item, sub.ID, 2) },
			func() error { return e.shipAll(sub.ID, "A") })
		subs := e.Order(o.ID).Edges.SubOrders
		parts, left := len(subs), subs[0].Edges.Items[0]
		switch {
		case errs[1] != nil || subs[0].Status != vocab.Shipped:
			e.T.Errorf("it is %s: %v", subs[0].Status, errs[1])
		case errs[0] == nil && (parts != 2 || left.ShippedQuantity != 1):
			e.T.Errorf("split into %d, %d shipped", parts, left.ShippedQuantity)
		case errs[0] != nil && (parts != 1 || left.ShippedQuantity != 3 ||
			!fault.Is(errs[0], fault.ActionNotAllowed)):
			e.T.Errorf("not split (%v), %d shipped", errs[0], left.ShippedQuantity)
		}
	})
}

// The same units are split off or packed.
func TestSplitAndPackRace(t *testing.T) {
	racing(t, func(e *courierEnv) {
		o := e.buy(3, e.Sku(3))
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0].ID
		var parcel globalid.ID
		errs := atOnce(func() error { return e.split(item, sub.ID, 2) }, func() (err error) {
			parcel, err = e.Shipments.Create(e.Warehouse,
				shipment.CreateInput{Lines: []shipment.Line{{Item: item, Quantity: 3}}})
			return err
		})
		switch {
		case (errs[0] == nil) == (errs[1] == nil):
			e.T.Errorf("split: %v, packed: %v", errs[0], errs[1])
		case errs[0] != nil && !fault.Is(errs[0], fault.ActionNotAllowed),
			errs[1] != nil && !fault.Is(errs[1], fault.InvalidInput):
			e.T.Errorf("split: %v, packed: %v", errs[0], errs[1])
		case errs[1] == nil:
			if _, err := e.Shipments.HandOver(e.Warehouse, label(parcel, "A")); err != nil {
				e.T.Error(err)
			}
		}
	})
}
