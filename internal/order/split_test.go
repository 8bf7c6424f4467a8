package order_test

import (
	"context"
	"sync"
	"testing"

	"orderflow/ent"
	"orderflow/ent/refundline"
	"orderflow/ent/reservation"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// addsUp checks every line of an order: what refunds took and what is left make it up, and it holds
// what is left to ship at its sub-order's warehouse.
func (w *world) addsUp(id globalid.ID) *ent.Order {
	w.t.Helper()
	o, c, ctx := w.parts(id), w.db.Client, w.t.Context()
	for _, sub := range o.Edges.SubOrders {
		if sub.FreightRefundable > sub.Freight || sub.WeightGrams < 0 {
			w.t.Errorf("freight %d, %d of it refundable", sub.Freight, sub.FreightRefundable)
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
					w.t.Errorf("%s holds stock of another warehouse", it.ID)
				}
			}
			for _, share := range it.Shares {
				if share.Amount < 0 {
					w.t.Errorf("share %v", share)
				}
			}
			if it.Refundable+taken != it.Payable || it.RefundableQuantity+units != it.Quantity ||
				held != it.RefundableQuantity-it.ShippedQuantity {
				w.t.Errorf("%d of %d left, %d taken; %d of %d units left, %d taken, %d held",
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
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		merchant := w.staff(vocab.Merchant)
		a := w.sku(334, map[*ent.Warehouse]int64{w.south: 50, w.north: 50})
		b := w.sku(1001, map[*ent.Warehouse]int64{w.south: 50, w.north: 50})
		db.Client.FreightTemplate.Create().SetShopID(w.shop.ID).SetLogisticsClass(vocab.Ordinary).
			SetBasis(vocab.ByPiece).SetRule(document.FreightRule{Zones: []document.FreightZone{
			{First: 1, FirstFee: 1003, Step: 1, StepFee: 0}}}).SaveX(t.Context())
		id := w.mustPlace(w.buyer(), order.Line{Sku: a.ID, Quantity: 17},
			order.Line{Sku: b.ID, Quantity: 7})
		for _, by := range []int64{1717, 991} {
			if err := w.with(id, vocab.Merchant,
				func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
					return l.Adjust(ctx, tx, by, l.Facts(tx.Now))
				}); err != nil {
				t.Fatal(err)
			}
		}
		w.pay(id)
		payable := w.addsUp(id).Payable
		var returned int64
		refund := func(item globalid.ID, units int64) {
			t.Helper()
			if err := w.with(id, vocab.System,
				func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
					n, err := w.refund(ctx, tx, l, l.Item(item), units)
					returned += n
					return err
				}); err != nil {
				t.Fatal(err)
			}
			w.addsUp(id)
		}
		sub := w.parts(id).Edges.SubOrders[0]
		for i, step := range []struct {
			refund, a, b int64
			to           *ent.Warehouse
		}{{1, 3, 1, w.north}, {2, 1, 0, w.south}, {0, 5, 3, w.north}, {1, 3, 1, w.south}} {
			main := w.parts(id).Edges.SubOrders[0].Edges.Items
			lines := []order.SplitLine{}
			for _, it := range main {
				n := step.b
				if it.SkuID == a.ID {
					n = step.a
					if step.refund > 0 {
						refund(it.ID, step.refund)
					}
				}
				if n > 0 {
					lines = append(lines, order.SplitLine{Item: it.ID, Quantity: n})
				}
			}
			target, err := w.orders.SplitSubOrder(merchant, order.SplitInput{SubOrder: sub.ID,
				Lines: lines, Warehouse: step.to.ID})
			if err != nil {
				t.Fatal(err)
			}
			o := w.addsUp(id)
			if len(o.Edges.SubOrders) != i+2 || w.sub(target).WarehouseID != step.to.ID ||
				w.sub(target).ShipDueAt == nil || o.Payable != payable {
				t.Errorf("step %d: %d sub-orders, %d payable", i, len(o.Edges.SubOrders), o.Payable)
			}
		}
		for _, s := range w.parts(id).Edges.SubOrders {
			for _, it := range s.Edges.Items {
				for ; it.RefundableQuantity > 0; it.RefundableQuantity-- {
					refund(it.ID, 1)
				}
			}
		}
		if o := w.addsUp(id); returned != payable || o.Status != vocab.Closed ||
			w.available(a) != 100 || w.available(b) != 100 {
			t.Errorf("%d of %d came back, %s, stock %d and %d", returned, payable, o.Status,
				w.available(a), w.available(b))
		}
	})
}

// Money that was refunded without units can leave less on a line than its shares explain.
func TestALineWithMoneyRefundedIsNotSplit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		sub := w.bought(w.buyer(), 3).Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		db.Client.OrderItem.UpdateOneID(item.ID).AddRefundable(-100).ExecX(t.Context())
		_, err := w.orders.SplitSubOrder(w.staff(vocab.Merchant), order.SplitInput{
			SubOrder: sub.ID, Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}})
		wantFault(t, err, fault.ActionNotAllowed)
	})
}

func TestWhatCannotBeSplit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		merchant := w.staff(vocab.Merchant)
		o := w.bought(w.buyer(), 3)
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		split := func(units int64, to globalid.ID) error {
			_, err := w.orders.SplitSubOrder(merchant, order.SplitInput{SubOrder: sub.ID,
				Lines: []order.SplitLine{{Item: item.ID, Quantity: units}}, Warehouse: to})
			return err
		}
		reassign := func(to globalid.ID) error {
			_, err := w.orders.ReassignWarehouse(merchant,
				order.ReassignInput{SubOrder: sub.ID, Warehouse: to})
			return err
		}
		wantFault(t, split(3, globalid.ID{}), fault.InvalidInput)
		wantFault(t, split(4, globalid.ID{}), fault.LimitExceeded)
		wantFault(t, split(0, globalid.ID{}), fault.LimitExceeded)
		wantFault(t, split(1, globalid.New(globalid.Warehouse)), fault.NotFound)
		wantFault(t, split(1, w.north.ID), fault.OutOfStock) // it has none
		wantFault(t, reassign(w.north.ID), fault.OutOfStock)
		wantFault(t, reassign(w.south.ID), fault.InvalidInput)
		w.packed(item, 2)
		wantFault(t, split(2, globalid.ID{}), fault.ActionNotAllowed)
		wantFault(t, reassign(w.north.ID), fault.ActionNotAllowed)
		if err := split(1, globalid.ID{}); err != nil {
			t.Error(err)
		}
		w.ship(item, 1)
		wantFault(t, split(1, globalid.ID{}), fault.ActionNotAllowed)
		wantFault(t, reassign(w.north.ID), fault.ActionNotAllowed)
		o = w.addsUp(o.ID)
		if o.Status != vocab.PartiallyShipped || len(o.Edges.SubOrders) != 2 {
			t.Errorf("%s with %d sub-orders", o.Status, len(o.Edges.SubOrders))
		}
	})
}

func TestAWholeSubOrderGoesToAnotherWarehouse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		sku := w.sku(999, map[*ent.Warehouse]int64{w.south: 5, w.north: 2})
		id := w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 2})
		w.pay(id)
		sub := w.parts(id).Edges.SubOrders[0]
		_, err := w.orders.ReassignWarehouse(w.staff(vocab.Warehouse),
			order.ReassignInput{SubOrder: sub.ID, Warehouse: w.north.ID})
		if err != nil {
			t.Fatal(err)
		}
		w.addsUp(id)
		if w.sub(sub.ID).WarehouseID != w.north.ID || w.available(sku) != 5 {
			t.Errorf("at %s, %d available", w.sub(sub.ID).WarehouseID, w.available(sku))
		}
	})
}

func TestMovedUnitsKeepWhatTheyHold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		o := w.bought(w.buyer(), 3)
		move := func(item globalid.ID, units int64) (moved *ent.OrderItem) {
			t.Helper()
			err := w.with(o.ID, vocab.Platform,
				func(ctx context.Context, tx *store.Tx, l *order.Locked) (err error) {
					moved, err = l.MoveUnits(ctx, tx, l.Item(item), units, w.north.ID)
					return err
				})
			if err != nil {
				t.Fatal(err)
			}
			return moved
		}
		item := o.Edges.SubOrders[0].Edges.Items[0]
		part := move(item.ID, 1)
		if part.ID == item.ID || w.sub(part.SubOrderID).WarehouseID != w.north.ID {
			t.Errorf("a part is in %v", part)
		}
		whole := move(item.ID, 2)
		if whole.ID != item.ID || w.sub(item.SubOrderID).WarehouseID != w.north.ID {
			t.Errorf("the whole is in %v", whole)
		}
		w.parts(o.ID)
		for id, want := range map[globalid.ID]int64{part.ID: 1, whole.ID: 2} {
			held := db.Client.Reservation.Query().Where(reservation.ItemID(id)).OnlyX(t.Context())
			at := db.Client.Stock.GetX(t.Context(), held.StockID).WarehouseID
			if held.Quantity != want || at != w.south.ID {
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
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		merchant := w.staff(vocab.Merchant)
		for range 10 {
			o := w.bought(w.buyer(), 3)
			sub := o.Edges.SubOrders[0]
			item := sub.Edges.Items[0]
			parcel := w.packed(item, 0)
			split, shipped := race(func() error {
				_, err := w.orders.SplitSubOrder(merchant, order.SplitInput{SubOrder: sub.ID,
					Lines: []order.SplitLine{{Item: item.ID, Quantity: 2}}})
				return err
			}, func() error { return w.hand(parcel, item, 2) })
			if (split == nil) == (shipped == nil) {
				t.Errorf("split: %v, ship: %v", split, shipped)
			}
			w.addsUp(o.ID)
		}
	})
}

func TestOneOfBuyerAndClockConfirms(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		const rounds = 10
		for range rounds {
			buyer := w.buyer()
			sub := w.bought(buyer, 1).Edges.SubOrders[0]
			w.ship(sub.Edges.Items[0], 1)
			w.jump(16 * day)
			confirmed, ran := race(
				func() error { _, err := w.orders.ConfirmReceipt(buyer, sub.ID); return err },
				func() error { return w.orders.RunReceipt(t.Context(), sub.ID) })
			if ran != nil || confirmed != nil && !fault.Is(confirmed, fault.ActionNotAllowed) {
				t.Errorf("buyer: %v, clock: %v", confirmed, ran)
			}
			w.wantStatus(sub.ID, vocab.Received)
		}
		if n := w.told(vocab.EventSubOrderReceived); n != rounds {
			t.Errorf("%d receipts of %d", n, rounds)
		}
	})
}
