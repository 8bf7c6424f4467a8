package order_test

import (
	"context"
	"testing"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/ent/refundline"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

var onPayment = document.ShopPolicy{Deduction: vocab.OnPayment}

func TestPaymentTakesWhatThereIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, onPayment)
		sku := w.sku(999, map[*ent.Warehouse]int64{w.south: 4, w.north: 3})
		gone := w.sku(700, map[*ent.Warehouse]int64{w.south: 1})
		db.Client.FreightTemplate.Create().SetShopID(w.shop.ID).SetLogisticsClass(vocab.Ordinary).
			SetBasis(vocab.ByPiece).SetRule(document.FreightRule{Zones: []document.FreightZone{
			{First: 1, FirstFee: 1001, Step: 1, StepFee: 0}}}).SaveX(t.Context())
		id := w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 4},
			order.Line{Sku: gone.ID, Quantity: 1})
		if w.available(sku) != 7 {
			t.Errorf("placing took stock that is deducted on payment")
		}
		w.pay(w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 2},
			order.Line{Sku: gone.ID, Quantity: 1}))
		short := w.pay(id) // 2 south, 2 north, nothing of the other sku
		if len(short) != 1 || short[0].Quantity != 1 || short[0].Item.SkuID != gone.ID {
			t.Fatalf("short of %v", short)
		}
		o := w.parts(id)
		if len(o.Edges.SubOrders) != 2 || o.Status != vocab.AwaitingShipment {
			t.Fatalf("%d sub-orders, %s", len(o.Edges.SubOrders), o.Status)
		}
		moved := o.Edges.SubOrders[1]
		if moved.WarehouseID != w.north.ID || moved.Status != vocab.AwaitingShipment ||
			len(moved.Edges.Items) != 1 || moved.Edges.Items[0].Quantity != 2 ||
			moved.Freight != 1001*200/500 {
			t.Errorf("split off: %v with %v", moved, moved.Edges.Items)
		}
		if w.available(sku) != 1 {
			t.Errorf("%d left", w.available(sku))
		}
	})
}

func TestAnotherWarehouseTakesASubOrderOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, onPayment)
		sku := w.sku(999, map[*ent.Warehouse]int64{w.south: 2, w.north: 2})
		id := w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 2})
		w.pay(w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 2}))
		if short := w.pay(id); len(short) != 0 {
			t.Fatalf("short of %v", short)
		}
		o := w.parts(id)
		if len(o.Edges.SubOrders) != 1 || o.Edges.SubOrders[0].WarehouseID != w.north.ID {
			t.Errorf("sub-orders %v", o.Edges.SubOrders)
		}
	})
}

func TestFailingReleasesAndRetryingReservesAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		sku := w.sku(999, map[*ent.Warehouse]int64{w.south: 2})
		id := w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 2})
		fail := func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			return l.Fail(ctx, tx, l.Facts(tx.Now))
		}
		retry := func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			return l.Retry(ctx, tx, l.Facts(tx.Now))
		}
		if err := w.with(id, vocab.Channel, fail); err != nil || w.available(sku) != 2 {
			t.Fatalf("%v, %d available", err, w.available(sku))
		}
		if err := w.with(id, vocab.Channel, fail); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("failed twice: %v", err)
		}
		if err := w.with(id, vocab.Buyer, retry); err != nil || w.available(sku) != 0 {
			t.Fatalf("%v, %d available", err, w.available(sku))
		}
		if err := w.with(id, vocab.Channel, fail); err != nil {
			t.Fatal(err)
		}
		w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 1})
		if err := w.with(id, vocab.Buyer, retry); !fault.Is(err, fault.OutOfStock) {
			t.Errorf("retried without stock: %v", err)
		}
		if o := w.parts(id); o.Status != vocab.PaymentFailed || w.available(sku) != 1 {
			t.Errorf("%s, %d available", o.Status, w.available(sku))
		}
	})
}

func TestAdjustedPriceIsOneMoreShare(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		a := w.sku(333, map[*ent.Warehouse]int64{w.south: 9})
		b := w.skuOf(w.shop, vocab.ColdChain, 1000, map[*ent.Warehouse]int64{w.south: 9})
		id := w.mustPlace(w.buyer(), order.Line{Sku: a.ID, Quantity: 3},
			order.Line{Sku: b.ID, Quantity: 1})
		adjust := func(by int64) error {
			return w.with(id, vocab.Merchant,
				func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
					return l.Adjust(ctx, tx, by, l.Facts(tx.Now))
				})
		}
		if err := adjust(2000); !fault.Is(err, fault.InvalidInput) {
			t.Errorf("more than the goods cost: %v", err)
		}
		if err := adjust(1000); err != nil {
			t.Fatal(err)
		}
		if o := w.parts(id); o.Payable != 999 {
			t.Errorf("payable %d", o.Payable)
		}
		var told []int64 // of the order, then of each sub-order
		for _, e := range db.Client.Event.Query().Where(event.TypeIn(vocab.EventOrderPriceAdjusted,
			vocab.EventSubOrderPriceAdjusted)).Order(event.BySequence()).AllX(t.Context()) {
			told = append(told, e.Payload.Amount)
		}
		if len(told) != 3 || told[0] != 1000 || told[1]+told[2] != 1000 || told[1] >= told[0] {
			t.Errorf("told of %v", told)
		}
		if err := adjust(999); err != nil {
			t.Fatal(err)
		}
		if o := w.parts(id); o.Payable != 0 {
			t.Errorf("payable %d", o.Payable)
		}
	})
}

// TestAnyOrderOfRefundsReturnsThePayable takes all units of a two-line order one by one and settles
// each, and counts what came back: freight too, with the last unit.
func TestAnyOrderOfRefundsReturnsThePayable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		ctx := t.Context()
		a := w.sku(334, map[*ent.Warehouse]int64{w.south: 9})
		b := w.sku(1001, map[*ent.Warehouse]int64{w.south: 9})
		db.Client.FreightTemplate.Create().SetShopID(w.shop.ID).SetLogisticsClass(vocab.Ordinary).
			SetBasis(vocab.ByPiece).SetRule(document.FreightRule{Zones: []document.FreightZone{
			{First: 1, FirstFee: 800, Step: 1, StepFee: 0}}}).SaveX(ctx)
		id := w.mustPlace(w.buyer(), order.Line{Sku: a.ID, Quantity: 7},
			order.Line{Sku: b.ID, Quantity: 3})
		if err := w.with(id, vocab.Merchant,
			func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				return l.Adjust(ctx, tx, 1717, l.Facts(tx.Now))
			}); err != nil {
			t.Fatal(err)
		}
		w.pay(id)
		payable := w.parts(id).Payable
		var returned int64
		for _, step := range []struct{ line, units int64 }{{0, 2}, {1, 1}, {0, 1}, {1, 2}, {0, 4}} {
			err := w.with(id, vocab.System,
				func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
					n, err := w.refund(ctx, tx, l, l.Items[step.line], step.units)
					returned += n
					return err
				})
			if err != nil {
				t.Fatal(err)
			}
		}
		o := w.parts(id)
		if returned != payable || o.Status != vocab.Closed ||
			*o.CloseReason != vocab.OutOfStock {
			t.Errorf("%d of %d came back, %s %v", returned, payable, o.Status, o.CloseReason)
		}
		if w.available(a) != 9 || w.available(b) != 9 {
			t.Errorf("stock %d and %d", w.available(a), w.available(b))
		}
		err := w.with(id, vocab.System,
			func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				return l.Take(ctx, tx, order.Hold{Item: l.Items[0], Units: 1, Unshipped: true})
			})
		if !fault.Is(err, fault.LimitExceeded) {
			t.Errorf("one unit too many: %v", err)
		}
	})
}

// refund does with a line what package payment does with a shortage, without a channel.
func (w *world) refund(
	ctx context.Context, tx *store.Tx, l *order.Locked, item *ent.OrderItem, units int64,
) (int64, error) {
	amount := order.Worth(item, units)
	err := l.Take(ctx, tx, order.Hold{Item: item, Units: units, Amount: amount, Unshipped: true})
	if err != nil {
		return 0, err
	}
	if err := l.Unreserve(ctx, tx, item, units); err != nil {
		return 0, err
	}
	freight, err := l.FreightBack(ctx, tx, order.FreightAsk{Sub: l.Sub(item.SubOrderID)})
	if err != nil {
		return 0, err
	}
	refund, err := tx.Refund.Create().SetOrderID(l.Order.ID).SetSubOrderID(item.SubOrderID).
		SetTrigger(vocab.TriggerShortage).SetStatus(vocab.RefundSucceeded).
		SetCurrency("CNY").SetAmount(amount + freight).SetFreight(freight).Save(ctx)
	if err != nil {
		return 0, err
	}
	err = tx.RefundLine.Create().SetRefundID(refund.ID).SetItemID(item.ID).
		SetSubOrderID(item.SubOrderID).SetQuantity(units).SetUnshipped(true).
		SetAmount(amount).SetCurrency("CNY").
		Exec(ctx)
	if err != nil {
		return 0, err
	}
	lines, err := tx.RefundLine.Query().Where(refundline.RefundID(refund.ID)).All(ctx)
	if err != nil {
		return 0, err
	}
	return amount + freight, l.RefundSucceeded(ctx, tx, refund, lines)
}

func TestEventsOfACommandAreInSequence(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		sku := w.sku(999, map[*ent.Warehouse]int64{w.south: 2})
		id := w.mustPlace(w.buyer(), order.Line{Sku: sku.ID, Quantity: 2})
		w.pay(id)
		want := []string{"order.placed", "sub_order.placed", "order.paid", "sub_order.paid"}
		events := db.Client.Order.GetX(t.Context(), id).QueryEvents().Order(ent.Asc("sequence")).
			AllX(t.Context())
		if len(events) != len(want) {
			t.Fatalf("%d events", len(events))
		}
		for i, e := range events {
			if e.Type != want[i] || *e.Sequence != int64(i+1) || e.ShopID != nil &&
				*e.ShopID != w.shop.ID || (e.ShopID == nil) != (i%2 == 0) {
				t.Errorf("event %d: %v", i, e)
			}
		}
		if events[0].Payload.SubOrder != (globalid.ID{}) {
			t.Errorf("facts %v", events[0].Payload)
		}
	})
}
