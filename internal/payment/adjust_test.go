package payment_test

import (
	"context"
	"testing"

	entreservation "orderflow/ent/reservation"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func (c checkout) adjust(ctx context.Context, to int64) (payment.OrderResult, error) {
	return c.payments.AdjustPrice(ctx, payment.AdjustInput{
		Order: c.id, Payable: money.Money{Amount: to, Currency: money.CNY}})
}

func (c checkout) wantPayable(want int64) {
	c.t.Helper()
	if o := c.db.Client.Order.GetX(c.t.Context(), c.id); o.Payable != want {
		c.t.Fatalf("payable %d, want %d", o.Payable, want)
	}
}

func TestAPriceIsLoweredAfterTheOpenAttemptIsClosed(t *testing.T) {
	each(t, func(w *world) {
		c, merchant := w.checkout(vocab.OnOrder), w.staff(vocab.Merchant, w.shop)
		old := c.start(vocab.Sandbox)
		got, err := c.adjust(merchant, 7001)
		if err != nil || got != (payment.OrderResult{Order: c.id}) {
			w.t.Fatalf("%+v, %v", got, err)
		}
		w.wantAttempt(old, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PendingPayment)
		c.wantPayable(7001)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{})
		w.pay(old, sandbox.Payment{Late: true})
		w.deliver()
		w.wantVerdict(id, vocab.Counted)
		w.wantVerdict(old, vocab.Duplicate)
		w.run()
		w.wantMoney(c.id, 7001+payable, payable)
	})
}

func TestALatePaymentOfTheOldPriceIsMismatched(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		old := c.start(vocab.Sandbox)
		if _, err := c.adjust(w.staff(vocab.Merchant, w.shop), 1); err != nil {
			w.t.Fatal(err)
		}
		w.pay(old, sandbox.Payment{Late: true})
		w.deliver()
		w.wantVerdict(old, vocab.Mismatched)
		w.run()
		w.wantOrder(c.id, vocab.PendingPayment)
		w.wantMoney(c.id, payable, payable)
	})
}

func TestNoPriceIsStoredWhileAChannelIsSilent(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		old := c.start(vocab.Sandbox)
		merchant := store.WithKey(w.staff(vocab.Merchant, w.shop), store.Key{
			Viewer: "m", Mutation: "adjustPrice", Key: "k"})
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		got, err := c.adjust(merchant, 7001)
		w.wantProblem(got.Problem, err, fault.ChannelPending)
		w.wantAttempt(old, vocab.AttemptClosing)
		c.wantPayable(payable)
		w.soon()
		w.wantAttempt(old, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PendingPayment)
		for range 2 { // the same key again: it goes on, once
			got, err = c.adjust(merchant, 7001)
			if err != nil || got.Problem != nil {
				w.t.Fatalf("%v, problem %v", err, got.Problem)
			}
			c.wantPayable(7001)
		}
		w.wantSound(c.id)
	})
}

func TestAPriceOfNothingIsPaidAtOnce(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnPayment)
		old := c.start(vocab.Sandbox)
		rival := w.place(w.buyer(), order.Line{Sku: c.sku.ID, Quantity: 1})
		w.pay(checkout{world: w, buyer: w.buyerOf(rival), id: rival}.start(vocab.Sandbox),
			sandbox.Payment{})
		w.deliver()
		if _, err := c.adjust(w.staff(vocab.Merchant, w.shop), 0); err != nil {
			w.t.Fatal(err)
		}
		w.wantOrder(c.id, vocab.AwaitingShipment)
		r := w.onlyRefund(c.id) // of the unit that the rival got
		if r.Amount != 0 || r.PaymentID != nil || r.Status != vocab.RefundSucceeded {
			w.t.Errorf("refund %+v", r)
		}
		held := w.db.Client.Reservation.Query().
			Where(entreservation.OrderID(c.id)).OnlyX(w.t.Context())
		if held.Quantity != 1 {
			w.t.Errorf("%d reserved, want 1", held.Quantity)
		}
		w.pay(old, sandbox.Payment{Late: true})
		w.deliver()
		w.wantVerdict(old, vocab.Duplicate)
		w.run()
		w.wantMoney(c.id, payable, payable)
	})
}

func TestWhatCannotBeAdjusted(t *testing.T) {
	each(t, func(w *world) {
		c, merchant := w.checkout(vocab.OnOrder), w.staff(vocab.Merchant, w.shop)
		for _, to := range []int64{-1, payable, payable + 1} {
			_, err := c.adjust(merchant, to)
			wantFault(w.t, err, fault.InvalidInput)
		}
		_, err := w.payments.AdjustPrice(merchant, payment.AdjustInput{
			Order: c.id, Payable: money.Money{Amount: 1, Currency: money.USD}})
		wantFault(w.t, err, fault.CurrencyMismatch)
		_, err = c.adjust(c.buyer, 1)
		wantFault(w.t, err, fault.Forbidden)
		other := w.addShop("other")
		_, err = c.adjust(w.staff(vocab.Merchant, other), 1)
		wantFault(w.t, err, fault.NotFound)
		two := w.place(c.buyer,
			order.Line{Sku: w.sku(w.shop, 100, vocab.OnOrder, 1).ID, Quantity: 1},
			order.Line{Sku: w.sku(other, 100, vocab.OnOrder, 1).ID, Quantity: 1})
		_, err = checkout{world: w, id: two}.adjust(merchant, 1)
		wantFault(w.t, err, fault.ActionNotAllowed)
		_, err = w.payments.Cancel(merchant, two)
		wantFault(w.t, err, fault.ActionNotAllowed)
		w.pay(c.start(vocab.Sandbox), sandbox.Payment{})
		w.deliver()
		_, err = c.adjust(merchant, 1)
		wantFault(w.t, err, fault.ActionNotAllowed)
	})
}

func (c checkout) closeUnshipped(
	ctx context.Context, n int64,
) (payment.CloseUnshippedResult, error) {
	item := c.db.Client.Order.GetX(ctx, c.id).QueryItems().OnlyX(ctx)
	return c.payments.CloseUnshipped(ctx, payment.CloseUnshippedInput{
		SubOrder: item.SubOrderID,
		Lines:    []payment.UnshippedLine{{Item: item.ID, Quantity: n}},
	})
}

func TestUnshippedUnitsAreClosedByTheMerchant(t *testing.T) {
	each(t, func(w *world) {
		c, merchant := w.checkout(vocab.OnOrder), w.staff(vocab.Merchant, w.shop)
		_, err := c.closeUnshipped(merchant, 1)
		wantFault(w.t, err, fault.ActionNotAllowed)
		w.pay(c.start(vocab.Sandbox), sandbox.Payment{})
		w.deliver()
		_, err = c.closeUnshipped(merchant, 3)
		wantFault(w.t, err, fault.InvalidInput)
		_, err = c.closeUnshipped(w.staff(vocab.Merchant, w.addShop("other")), 1)
		wantFault(w.t, err, fault.NotFound)
		seen := map[globalid.ID]bool{}
		for left := int64(1); left >= 0; left-- {
			got, err := c.closeUnshipped(merchant, 1)
			if err != nil || seen[got.Refund] {
				w.t.Fatalf("%+v, %v", got, err)
			}
			seen[got.Refund] = true
			if n := w.available(c.sku); n != 2-left {
				w.t.Errorf("%d available, want %d", n, 2-left)
			}
			w.run()
			w.wantRefund(got.Refund, vocab.RefundSucceeded)
		}
		w.wantClosed(c.id, vocab.MerchantCancelled)
		w.wantMoney(c.id, payable, payable)
	})
}
