package payment_test

import (
	"context"
	"testing"

	entreservation "orderflow/ent/reservation"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func (c purchase) adjust(ctx context.Context, to int64) (payment.OrderResult, error) {
	return c.Payments.AdjustPrice(ctx, payment.AdjustInput{
		Order: c.id, Payable: money.Money{Amount: to, Currency: money.CNY}})
}

func (c purchase) wantPayable(want int64) {
	c.T.Helper()
	if o := c.DB.Client.Order.GetX(c.T.Context(), c.id); o.Payable != want {
		c.T.Fatalf("payable %d, want %d", o.Payable, want)
	}
}

func TestAPriceIsLoweredAfterTheOpenAttemptIsClosed(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c, merchant := e.purchase(vocab.OnOrder), e.Merchant
		old := c.start(vocab.Sandbox)
		got, err := c.adjust(merchant, 7001)
		if err != nil || got != (payment.OrderResult{Order: c.id}) {
			e.T.Fatalf("%+v, %v", got, err)
		}
		e.wantAttempt(old, vocab.AttemptClosed)
		e.wantOrder(c.id, vocab.PendingPayment)
		c.wantPayable(7001)
		id := c.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{})
		e.pay(old, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		e.wantVerdict(old, vocab.Duplicate)
		e.Run()
		e.wantMoney(c.id, 7001+payable, payable)
	})
}

func TestALatePaymentOfTheOldPriceIsMismatched(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		old := c.start(vocab.Sandbox)
		if _, err := c.adjust(e.Merchant, 1); err != nil {
			e.T.Fatal(err)
		}
		e.pay(old, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(old, vocab.Mismatched)
		e.Run()
		e.wantOrder(c.id, vocab.PendingPayment)
		e.wantMoney(c.id, payable, payable)
	})
}

func TestNoPriceIsStoredWhileAChannelIsSilent(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		old := c.start(vocab.Sandbox)
		merchant := store.WithKey(e.Merchant, store.Key{
			Viewer: "m", Mutation: "adjustPrice", Key: "k"})
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		got, err := c.adjust(merchant, 7001)
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		e.wantAttempt(old, vocab.AttemptClosing)
		c.wantPayable(payable)
		e.minuteLater()
		e.wantAttempt(old, vocab.AttemptClosed)
		e.wantOrder(c.id, vocab.PendingPayment)
		for range 2 { // the same key again: it goes on, once
			got, err = c.adjust(merchant, 7001)
			if err != nil || got.Problem != nil {
				e.T.Fatalf("%v, problem %v", err, got.Problem)
			}
			c.wantPayable(7001)
		}
		e.wantSound(c.id)
	})
}

func TestAPriceOfNothingIsPaidAtOnce(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnPayment)
		old := c.start(vocab.Sandbox)
		e.pay(e.place(c.sku, 1).start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
		if _, err := c.adjust(e.Merchant, 0); err != nil {
			e.T.Fatal(err)
		}
		e.wantOrder(c.id, vocab.AwaitingShipment)
		c.refundShortages(1)
		r := e.onlyRefund(c.id) // of the unit that the rival got
		if r.Amount != 0 || r.PaymentID != nil || r.Status != vocab.RefundSucceeded {
			e.T.Errorf("refund %+v", r)
		}
		held := e.DB.Client.Reservation.Query().
			Where(entreservation.OrderID(c.id)).OnlyX(e.T.Context())
		if held.Quantity != 1 {
			e.T.Errorf("%d reserved, want 1", held.Quantity)
		}
		e.pay(old, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(old, vocab.Duplicate)
		e.Run()
		e.wantMoney(c.id, payable, payable)
	})
}

func TestWhatCannotBeAdjusted(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c, merchant := e.purchase(vocab.OnOrder), e.Merchant
		for _, to := range []int64{-1, payable, payable + 1} {
			_, err := c.adjust(merchant, to)
			e.WantFault(err, fault.InvalidInput)
		}
		_, err := e.Payments.AdjustPrice(merchant, payment.AdjustInput{
			Order: c.id, Payable: money.Money{Amount: 1, Currency: money.USD}})
		e.WantFault(err, fault.CurrencyMismatch)
		_, err = c.adjust(c.buyer, 1)
		e.WantFault(err, fault.Forbidden)
		other := e.AddShop("other", document.ShopPolicy{})
		_, err = c.adjust(e.Staff(vocab.Merchant, other), 1)
		e.WantFault(err, fault.NotFound)
		two := e.PlaceAs(c.buyer,
			ordertest.Line(e.NewSku(ordertest.Sku{Price: 100, South: 1}), 1),
			ordertest.Line(e.NewSku(ordertest.Sku{Price: 100, South: 1, Shop: other}), 1))
		_, err = purchase{sandboxEnv: e, id: two}.adjust(merchant, 1)
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.Payments.Cancel(merchant, two)
		e.WantFault(err, fault.ActionNotAllowed)
		e.pay(c.start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
		_, err = c.adjust(merchant, 1)
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

func (c purchase) closeUnshipped(
	ctx context.Context, n int64,
) (payment.CloseUnshippedResult, error) {
	item := c.DB.Client.Order.GetX(ctx, c.id).QueryItems().OnlyX(ctx)
	return c.Payments.CloseUnshipped(ctx, payment.CloseUnshippedInput{
		SubOrder: item.SubOrderID,
		Lines:    []payment.UnshippedLine{{Item: item.ID, Quantity: n}},
	})
}

func TestUnshippedUnitsAreClosedByTheMerchant(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c, merchant := e.purchase(vocab.OnOrder), e.Merchant
		_, err := c.closeUnshipped(merchant, 1)
		e.WantFault(err, fault.ActionNotAllowed)
		e.pay(c.start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
		_, err = c.closeUnshipped(merchant, 3)
		e.WantFault(err, fault.InvalidInput)
		_, err = c.closeUnshipped(e.Staff(vocab.Merchant, e.AddShop("other", document.ShopPolicy{})), 1)
		e.WantFault(err, fault.NotFound)
		made := map[globalid.ID]bool{}
		for left := int64(1); left >= 0; left-- {
			got, err := c.closeUnshipped(merchant, 1)
			if err != nil || made[got.Refund] {
				e.T.Fatalf("%+v, %v", got, err)
			}
			made[got.Refund] = true
			if n := e.Available(c.sku); n != 2-left {
				e.T.Errorf("%d available, want %d", n, 2-left)
			}
			e.Run()
			e.wantRefund(got.Refund, vocab.RefundSucceeded)
		}
		e.wantClosed(c.id, vocab.MerchantCancelled)
		e.wantMoney(c.id, payable, payable)
	})
}
