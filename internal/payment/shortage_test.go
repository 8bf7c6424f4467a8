package payment_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// twoShops places an order of two shops whose stock runs out before it is paid, pays it, and
// returns it: a shortage of each shop is to be refunded.
func (w *world) twoShops() globalid.ID {
	w.t.Helper()
	a := w.sku(w.shop, 300, vocab.OnPayment, 1)
	b := w.sku(w.addShop("other"), 500, vocab.OnPayment, 1)
	lines := []order.Line{{Sku: a.ID, Quantity: 1}, {Sku: b.ID, Quantity: 1}}
	var orders []checkout
	for range 2 {
		buyer := w.buyer()
		orders = append(orders, checkout{world: w, buyer: buyer, id: w.place(buyer, lines...)})
	}
	for _, c := range orders {
		w.pay(c.start(vocab.Sandbox), sandbox.Payment{})
		w.deliver()
	}
	return orders[1].id
}

// refundAtOnce gives back what a paid order lacks, as if nobody had anything to offer.
func (w *world) refundAtOnce(
	ctx context.Context, tx *store.Tx, l *order.Locked, short []order.Shortage,
) error {
	parts := map[globalid.ID]*payment.Held{}
	for _, s := range short {
		hold := order.Hold{Item: s.Item, Units: s.Quantity, Unshipped: true,
			Amount: order.Worth(s.Item, s.Quantity)}
		if err := l.Take(ctx, tx, hold); err != nil {
			return err
		}
		sub := l.Sub(s.Item.SubOrderID)
		if parts[sub.ID] == nil {
			parts[sub.ID] = &payment.Held{SubOrder: sub, Trigger: vocab.TriggerShortage}
		}
		parts[sub.ID].Holds = append(parts[sub.ID].Holds, hold)
	}
	for _, part := range parts {
		var err error
		part.Freight, err = l.FreightBack(ctx, tx, order.FreightAsk{Sub: part.SubOrder})
		if err != nil {
			return err
		}
		if _, err = w.payments.RefundHeld(ctx, tx, l, *part); err != nil {
			return err
		}
	}
	return nil
}

func TestRefundsOfOnePaymentKeepTheChannelsSpacing(t *testing.T) {
	each(t, func(w *world) {
		id := w.twoShops()
		statuses := func() (all []vocab.RefundStatus) {
			for _, r := range w.refunds(id) {
				all = append(all, r.Status)
			}
			slices.Sort(all)
			return all
		}
		w.run()
		want := []vocab.RefundStatus{vocab.RefundRequested, vocab.RefundSucceeded}
		if got := statuses(); !slices.Equal(got, want) {
			w.t.Errorf("refunds %v, want %v", got, want)
		}
		w.real.advance(59 * time.Second)
		w.run()
		if got := statuses(); !slices.Equal(got, want) {
			w.t.Errorf("refunds %v, want %v", got, want)
		}
		w.real.advance(time.Second)
		w.run()
		want[0] = vocab.RefundSucceeded
		if got := statuses(); !slices.Equal(got, want) {
			w.t.Errorf("refunds %v, want %v", got, want)
		}
		if n := w.asked.Load(); n != 2 {
			w.t.Errorf("refunds were asked for %d times, want 2", n)
		}
		w.wantClosed(id, vocab.OutOfStock)
		w.wantMoney(id, 800, 800)
	}, func(o *sandbox.Options) { o.Limits.RefundSpacing = time.Minute })
}

func TestARefundThatIsTooEarlyIsAskedForAgain(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{})
		w.deliver()
		// Somebody refunds a part at the channel's own desk, so that ours is too early.
		paid := w.wantVerdict(id, vocab.Counted)
		_, err := w.payments.Channels[vocab.Sandbox].Refund(w.t.Context(), channel.RefundRequest{
			OutRefundNo: "by-hand", OutTradeNo: id.String(), TransactionID: *paid.TransactionID,
			Amount: 1, Total: payable, Currency: "CNY", Account: "acct",
		})
		if err != nil {
			w.t.Fatal(err)
		}
		got, err := c.closeUnshipped(w.staff(vocab.Merchant, w.shop), 1)
		if err != nil {
			w.t.Fatal(err)
		}
		w.run()
		w.wantRefund(got.Refund, vocab.RefundRequested)
		w.soon()
		w.wantRefund(got.Refund, vocab.RefundSucceeded)
		w.wantMoney(c.id, payable, 1+payable/2)
	}, func(o *sandbox.Options) { o.Limits.RefundSpacing = 30 * time.Second })
}

func TestAShortageIsRefundedWithItsFreight(t *testing.T) {
	each(t, func(w *world) {
		w.db.Client.FreightTemplate.Create().SetShopID(w.shop.ID).
			SetLogisticsClass(vocab.Ordinary).SetBasis(vocab.ByPiece).
			SetRule(document.FreightRule{Zones: []document.FreightZone{
				{First: 1, FirstFee: 800, Step: 1, StepFee: 0}}}).SaveX(w.t.Context())
		sku := w.sku(w.shop, 1000, vocab.OnPayment, 3)
		var orders []checkout
		for range 3 {
			buyer := w.buyer()
			orders = append(orders, checkout{world: w, buyer: buyer, sku: sku,
				id: w.place(buyer, order.Line{Sku: sku.ID, Quantity: 2})})
		}
		for _, c := range orders {
			w.pay(c.start(vocab.Sandbox), sandbox.Payment{})
			w.deliver()
		}
		w.run()
		w.wantOrder(orders[0].id, vocab.AwaitingShipment)
		w.wantMoney(orders[0].id, 2800, 0)
		w.wantOrder(orders[1].id, vocab.AwaitingShipment)
		w.wantMoney(orders[1].id, 2800, 1000)
		w.wantClosed(orders[2].id, vocab.OutOfStock)
		w.wantMoney(orders[2].id, 2800, 2800)
		r := w.onlyRefund(orders[2].id)
		if r.Freight != 800 || r.Trigger != vocab.TriggerShortage ||
			len(r.Edges.Lines) != 1 || r.Edges.Lines[0].Quantity != 2 {
			w.t.Errorf("refund %+v", r)
		}
	})
}

func TestAGiftComesBackWithItsItem(t *testing.T) {
	each(t, func(w *world) {
		sku, gift := w.sku(w.shop, 1000, vocab.OnOrder, 2), w.sku(w.shop, 90, vocab.OnOrder, 2)
		now := w.peerNow()
		w.db.Client.Promotion.Create().SetShopID(w.shop.ID).SetCode("gift").SetTitle("gift").
			SetKind(vocab.Gift).SetScope(vocab.ItemScope).SetFunder(vocab.FundedByShop).
			SetRule(document.PromotionRule{Skus: []globalid.ID{sku.ID}, Gift: gift.ID,
				GiftQuantity: 1, GiftEvery: 1}).
			SetStartsAt(now.Add(-time.Hour)).SetEndsAt(now.Add(time.Hour)).SaveX(w.t.Context())
		buyer := w.buyer()
		c := checkout{world: w, buyer: buyer, sku: sku,
			id: w.place(buyer, order.Line{Sku: sku.ID, Quantity: 2})}
		if n := w.available(gift); n != 0 {
			w.t.Fatalf("%d gifts available, want both reserved", n)
		}
		w.pay(c.start(vocab.Sandbox), sandbox.Payment{})
		w.deliver()
		var main *ent.OrderItem
		for _, it := range w.db.Client.Order.GetX(w.t.Context(), c.id).QueryItems().
			AllX(w.t.Context()) {
			if it.SkuID == sku.ID {
				main = it
			}
		}
		got, err := w.payments.CloseUnshipped(w.staff(vocab.Merchant, w.shop),
			payment.CloseUnshippedInput{SubOrder: main.SubOrderID,
				Lines: []payment.UnshippedLine{{Item: main.ID, Quantity: 2}}})
		if err != nil {
			w.t.Fatal(err)
		}
		w.run()
		w.wantRefund(got.Refund, vocab.RefundSucceeded)
		w.wantClosed(c.id, vocab.MerchantCancelled)
		if n, m := w.available(sku), w.available(gift); n != 2 || m != 2 {
			w.t.Errorf("%d and %d gifts available, want all back", n, m)
		}
		w.wantMoney(c.id, 2000, 2000)
	})
}

func TestWhatAPaidOrderLacksIsTold(t *testing.T) {
	each(t, func(w *world) {
		var told []order.Shortage
		w.payments.Short = func(
			_ context.Context, _ *store.Tx, l *order.Locked, short []order.Shortage,
		) error {
			if l.Order.Status != vocab.AwaitingShipment {
				w.t.Errorf("told while the order is %s", l.Order.Status)
			}
			told = short
			return nil
		}
		sku := w.sku(w.shop, 1000, vocab.OnPayment, 3)
		var orders []checkout
		for range 2 {
			buyer := w.buyer()
			orders = append(orders, checkout{world: w, buyer: buyer, sku: sku,
				id: w.place(buyer, order.Line{Sku: sku.ID, Quantity: 2})})
		}
		for _, c := range orders {
			w.pay(c.start(vocab.Sandbox), sandbox.Payment{})
			w.deliver()
		}
		if len(told) != 1 || told[0].Quantity != 1 || told[0].Item.OrderID != orders[1].id {
			w.t.Errorf("told %+v, want one unit of the second order", told)
		}
		w.wantMoney(orders[1].id, 2000, 0)
	})
}
