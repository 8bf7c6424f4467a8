package order_test

import (
	"sync"
	"testing"

	"orderflow/ent"
	"orderflow/ent/refundline"
	"orderflow/ent/reservation"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// wantAddsUp checks every line of an order: what refunds took and what is left make it up, and it
// holds what is left to ship at its sub-order's warehouse.
func wantAddsUp(e *ordertest.Env, id globalid.ID) *ent.Order {
	e.T.Helper()
	o, c, ctx := e.Order(id), e.DB.Client, e.T.Context()
	for _, sub := range o.Edges.SubOrders {
		if sub.FreightRefundable > sub.Freight || sub.WeightGrams < 0 {
			e.T.Errorf("freight %d, %d of it refundable", sub.Freight, sub.FreightRefundable)
		}
		for _, it := range sub.Edges.Items {
			var taken, units, held int64
			for _, line := range c.RefundLine.Query().Where(refundline.ItemID(it.ID)).AllX(ctx) {
				taken += line.Amount
				units += line.Quantity
			}
			for _, r := range c.Reservation.Query().Where(reservation.ItemID(it.ID),
				reservation.StatusEQ(vocab.ReservationHeld)).AllX(ctx) {
				held += r.Quantity
				if at := c.Stock.GetX(ctx, r.StockID).WarehouseID; at != sub.WarehouseID {
					e.T.Errorf("%s holds stock of another warehouse", it.ID)
				}
			}
			for _, share := range it.Shares {
				if share.Amount < 0 {
					e.T.Errorf("share %v", share)
				}
			}
			if it.Refundable+taken != it.Payable || it.RefundableQuantity+units != it.Quantity ||
				held != it.RefundableQuantity-it.ShippedQuantity {
				e.T.Errorf("%d of %d left, %d taken; %d of %d units left, %d taken, %d held",
					it.Refundable, it.Payable, taken, it.RefundableQuantity, it.Quantity, units,
					held)
			}
		}
	}
	return o
}

// TestASplitKeepsEveryCent splits lines with discounts, some of whose units are refunded, again and
// again, to both warehouses, then refunds the rest: what comes back is what was paid.
func TestASplitKeepsEveryCent(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		merchant := e.Merchant
		a := e.NewSku(ordertest.Sku{Price: 334, South: 50, North: 50})
		b := e.NewSku(ordertest.Sku{Price: 1001, South: 50, North: 50})
		e.ChargeFreight(1003, 0)
		id := e.Place(ordertest.Line(a, 17),
			ordertest.Line(b, 7))
		for _, by := range []int64{1717, 991} {
			e.Must(e.LowerPrice(id, by))
		}
		e.Pay(id)
		payable := wantAddsUp(e, id).Payable
		var returned int64
		refundUnits := func(item globalid.ID, units int64) {
			t.Helper()
			returned += refund(e, item, units)
			wantAddsUp(e, id)
		}
		sub := e.Order(id).Edges.SubOrders[0]
		for i, step := range []struct {
			refund, a, b int64
			to           *ent.Warehouse
		}{{1, 3, 1, e.North}, {2, 1, 0, e.South}, {0, 5, 3, e.North}, {1, 3, 1, e.South}} {
			main := e.Order(id).Edges.SubOrders[0].Edges.Items
			lines := []order.SplitLine{}
			for _, it := range main {
				n := step.b
				if it.SkuID == a.ID {
					n = step.a
					if step.refund > 0 {
						refundUnits(it.ID, step.refund)
					}
				}
				if n > 0 {
					lines = append(lines, order.SplitLine{Item: it.ID, Quantity: n})
				}
			}
			target, err := e.Orders.SplitSubOrder(merchant, order.SplitInput{SubOrder: sub.ID,
				Lines: lines, Warehouse: step.to.ID})
			if err != nil {
				t.Fatal(err)
			}
			o := wantAddsUp(e, id)
			if len(o.Edges.SubOrders) != i+2 || e.SubOrder(target).WarehouseID != step.to.ID ||
				e.SubOrder(target).ShipDueAt == nil || o.Payable != payable {
				t.Errorf("step %d: %d sub-orders, %d payable", i, len(o.Edges.SubOrders), o.Payable)
			}
		}
		for _, s := range e.Order(id).Edges.SubOrders {
			for _, it := range s.Edges.Items {
				for ; it.RefundableQuantity > 0; it.RefundableQuantity-- {
					refundUnits(it.ID, 1)
				}
			}
		}
		if o := wantAddsUp(e, id); returned != payable || o.Status != vocab.Closed ||
			e.Available(a) != 100 || e.Available(b) != 100 {
			t.Errorf("%d of %d came back, %s, stock %d and %d", returned, payable, o.Status,
				e.Available(a), e.Available(b))
		}
	})
}

// Money that was refunded without units can leave less on a line than its shares explain.
func TestALineWithMoneyRefundedIsNotSplit(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sub := buyUnits(e.NewBuyer(), e, 3).Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		e.DB.Client.OrderItem.UpdateOneID(item.ID).AddRefundable(-100).ExecX(t.Context())
		_, err := e.Orders.SplitSubOrder(e.Merchant, order.SplitInput{
			SubOrder: sub.ID, Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}})
		e.WantFault(err, fault.ActionNotAllowed)
	}, ordertest.Options{Inexact: true})
}

func TestWhatCannotBeSplit(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		merchant := e.Merchant
		o := buyUnits(e.NewBuyer(), e, 3)
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		split := func(units int64, to globalid.ID) error {
			_, err := e.Orders.SplitSubOrder(merchant, order.SplitInput{SubOrder: sub.ID,
				Lines: []order.SplitLine{{Item: item.ID, Quantity: units}}, Warehouse: to})
			return err
		}
		reassign := func(to globalid.ID) error {
			_, err := e.Orders.ReassignWarehouse(merchant,
				order.ReassignInput{SubOrder: sub.ID, Warehouse: to})
			return err
		}
		e.WantFault(split(3, globalid.ID{}), fault.InvalidInput)
		e.WantFault(split(4, globalid.ID{}), fault.LimitExceeded)
		e.WantFault(split(0, globalid.ID{}), fault.LimitExceeded)
		e.WantFault(split(1, globalid.New(globalid.Warehouse)), fault.NotFound)
		e.WantFault(split(1, e.North.ID), fault.OutOfStock) // it has none
		e.WantFault(reassign(e.North.ID), fault.OutOfStock)
		e.WantFault(reassign(e.South.ID), fault.InvalidInput)
		parcel := e.Pack(item, 2)
		e.WantFault(split(2, globalid.ID{}), fault.ActionNotAllowed)
		e.WantFault(reassign(e.North.ID), fault.ActionNotAllowed)
		if err := split(1, globalid.ID{}); err != nil {
			t.Error(err)
		}
		e.MustID(e.Shipments.Cancel(e.Warehouse, parcel))
		e.Ship(item, 1)
		e.WantFault(split(1, globalid.ID{}), fault.ActionNotAllowed)
		e.WantFault(reassign(e.North.ID), fault.ActionNotAllowed)
		o = wantAddsUp(e, o.ID)
		if o.Status != vocab.PartiallyShipped || len(o.Edges.SubOrders) != 2 {
			t.Errorf("%s with %d sub-orders", o.Status, len(o.Edges.SubOrders))
		}
	})
}

func TestAWholeSubOrderGoesToAnotherWarehouse(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 5, North: 2})
		id := e.Place(ordertest.Line(sku, 2))
		e.Pay(id)
		sub := e.Order(id).Edges.SubOrders[0]
		_, err := e.Orders.ReassignWarehouse(e.Warehouse,
			order.ReassignInput{SubOrder: sub.ID, Warehouse: e.North.ID})
		if err != nil {
			t.Fatal(err)
		}
		wantAddsUp(e, id)
		if e.SubOrder(sub.ID).WarehouseID != e.North.ID || e.Available(sku) != 5 {
			t.Errorf("at %s, %d available", e.SubOrder(sub.ID).WarehouseID, e.Available(sku))
		}
	})
}

func TestMovedUnitsKeepWhatTheyHold(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		o := buyUnits(e.NewBuyer(), e, 3)
		move := func(item *ent.OrderItem, units int64) (moved *ent.OrderItem) {
			t.Helper()
			id := e.MustID(e.Transfers.Request(e.Warehouse, transfer.RequestInput{
				Sku: item.SkuID, From: e.South.ID, To: e.North.ID, Quantity: units,
				Item: item.ID}))
			return e.Item(*e.DB.Client.StockTransfer.GetX(t.Context(), id).ItemID)
		}
		item := o.Edges.SubOrders[0].Edges.Items[0]
		part := move(item, 1)
		if part.ID == item.ID || e.SubOrder(part.SubOrderID).WarehouseID != e.North.ID {
			t.Errorf("a part is in %v", part)
		}
		whole := move(item, 2)
		if whole.ID != item.ID || e.SubOrder(whole.SubOrderID).WarehouseID != e.North.ID {
			t.Errorf("the whole is in %v", whole)
		}
		e.Order(o.ID)
		for id, want := range map[globalid.ID]int64{part.ID: 1, whole.ID: 2} {
			held := e.DB.Client.Reservation.Query().Where(reservation.ItemID(id)).OnlyX(t.Context())
			at := e.DB.Client.Stock.GetX(t.Context(), held.StockID).WarehouseID
			if held.Quantity != want || at != e.South.ID {
				t.Errorf("%d are held at %s", held.Quantity, at)
			}
		}
	})
}

// race runs both at once and tells which failed.
func race(one, two func() error) (first, second error) {
	var both sync.WaitGroup
	both.Go(func() { first = one() })
	both.Go(func() { second = two() })
	both.Wait()
	return first, second
}

func TestOneOfSplitAndShipWins(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		merchant := e.Merchant
		for range 10 {
			o := buyUnits(e.NewBuyer(), e, 3)
			sub := o.Edges.SubOrders[0]
			item := sub.Edges.Items[0]
			split, shipped := race(func() error {
				_, err := e.Orders.SplitSubOrder(merchant, order.SplitInput{SubOrder: sub.ID,
					Lines: []order.SplitLine{{Item: item.ID, Quantity: 2}}})
				return err
			}, func() error {
				parcel, err := e.Shipments.Create(e.Warehouse, shipment.CreateInput{
					Lines: []shipment.Line{{Item: item.ID, Quantity: 2}}})
				if err != nil {
					return err
				}
				return e.HandOver(parcel)
			})
			if (split == nil) == (shipped == nil) {
				t.Errorf("split: %v, ship: %v", split, shipped)
			}
			wantAddsUp(e, o.ID)
		}
	})
}

func TestOneOfBuyerAndClockConfirms(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		const rounds = 10
		for range rounds {
			buyer := e.NewBuyer()
			sub := buyUnits(buyer, e, 1).Edges.SubOrders[0]
			e.Ship(sub.Edges.Items[0], 1)
			e.Move(16 * ordertest.Day)
			confirmed, ran := race(
				func() error { _, err := e.Orders.ConfirmReceipt(buyer, sub.ID); return err },
				func() error { return e.Orders.RunDue(t.Context(), sub.ID) })
			if ran != nil || confirmed != nil && !fault.Is(confirmed, fault.ActionNotAllowed) {
				t.Errorf("buyer: %v, clock: %v", confirmed, ran)
			}
			e.WantTrade(sub.ID, vocab.Received)
		}
		if n := e.Events(vocab.EventSubOrderReceived); n != rounds {
			t.Errorf("%d receipts of %d", n, rounds)
		}
	})
}
