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

func (p purchase) adjust(ctx context.Context, to int64) (payment.OrderResult, error) {
	return p.Payments.AdjustPrice(ctx, payment.AdjustInput{
		Order: p.id, Payable: money.Money{Amount: to, Currency: money.CNY}})
}

func (p purchase) wantPayable(want int64) {
	p.T.Helper()
	if o := p.DB.Client.Order.GetX(p.T.Context(), p.id); o.Payable != want {
		p.T.Fatalf("payable %d, want %d", o.Payable, want)
	}
}

func TestAPriceIsLoweredAfterTheOpenAttemptIsClosed(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p, merchant := e.purchase(vocab.OnOrder), e.Merchant
		old := p.start(vocab.Sandbox)
		got, err := p.adjust(merchant, 7001)
		if err != nil || got != (payment.OrderResult{Order: p.id}) {
			e.T.Fatalf("%+v, %v", got, err)
		}
		e.wantAttempt(old, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PendingPayment)
		p.wantPayable(7001)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{})
		e.pay(old, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		e.wantVerdict(old, vocab.Duplicate)
		e.Run()
		e.wantMoney(p.id, 7001+payable, payable)
	})
}

func TestALatePaymentOfTheOldPriceIsMismatched(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		old := p.start(vocab.Sandbox)
		if _, err := p.adjust(e.Merchant, 1); err != nil {
			e.T.Fatal(err)
		}
		e.pay(old, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(old, vocab.Mismatched)
		e.Run()
		e.wantOrder(p.id, vocab.PendingPayment)
		e.wantMoney(p.id, payable, payable)
	})
}

func TestNoPriceIsStoredWhileAChannelIsSilent(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		old := p.start(vocab.Sandbox)
		merchant := store.WithKey(e.Merchant, store.Key{
			Viewer: "m", Mutation: "adjustPrice", Key: "k"})
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		got, err := p.adjust(merchant, 7001)
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		e.wantAttempt(old, vocab.AttemptClosing)
		p.wantPayable(payable)
		e.minuteLater()
		e.wantAttempt(old, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PendingPayment)
		for range 2 { // the same key again: it goes on, once
			got, err = p.adjust(merchant, 7001)
			if err != nil || got.Problem != nil {
				e.T.Fatalf("%v, problem %v", err, got.Problem)
			}
			p.wantPayable(7001)
		}
		e.wantSound(p.id)
	})
}

func TestAPriceOfNothingIsPaidAtOnce(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnPayment)
		old := p.start(vocab.Sandbox)
		e.pay(e.place(p.sku, 1).start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
		if _, err := p.adjust(e.Merchant, 0); err != nil {
			e.T.Fatal(err)
		}
		e.wantOrder(p.id, vocab.AwaitingShipment)
		p.refundShortages(1)
		r := e.onlyRefund(p.id) // of the unit that the rival got
		if r.Amount != 0 || r.PaymentID != nil || r.Status != vocab.RefundSucceeded {
			e.T.Errorf("refund %+v", r)
		}
		held := e.DB.Client.Reservation.Query().
			Where(entreservation.OrderID(p.id)).OnlyX(e.T.Context())
		if held.Quantity != 1 {
			e.T.Errorf("%d reserved, want 1", held.Quantity)
		}
		e.pay(old, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(old, vocab.Duplicate)
		e.Run()
		e.wantMoney(p.id, payable, payable)
	})
}

func TestWhatCannotBeAdjusted(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p, merchant := e.purchase(vocab.OnOrder), e.Merchant
		for _, to := range []int64{-1, payable, payable + 1} {
			_, err := p.adjust(merchant, to)
			e.WantFault(err, fault.InvalidInput)
		}
		_, err := e.Payments.AdjustPrice(merchant, payment.AdjustInput{
			Order: p.id, Payable: money.Money{Amount: 1, Currency: money.USD}})
		e.WantFault(err, fault.CurrencyMismatch)
		_, err = p.adjust(p.buyer, 1)
		e.WantFault(err, fault.Forbidden)
		other := e.AddShop("other", document.ShopPolicy{})
		_, err = p.adjust(e.Staff(vocab.Merchant, other), 1)
		e.WantFault(err, fault.NotFound)
		two := e.PlaceAs(p.buyer,
			ordertest.Line(e.NewSku(ordertest.Sku{Price: 100, South: 1}), 1),
			ordertest.Line(e.NewSku(ordertest.Sku{Price: 100, South: 1, Shop: other}), 1))
		_, err = purchase{sandboxEnv: e, id: two}.adjust(merchant, 1)
		e.WantFault(err, fault.ActionNotAllowed)
		_, err = e.Payments.Cancel(merchant, two)
		e.WantFault(err, fault.ActionNotAllowed)
		e.pay(p.start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
		_, err = p.adjust(merchant, 1)
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

func (p purchase) closeUnshipped(
	ctx context.Context, n int64,
) (payment.CloseUnshippedResult, error) {
	item := p.DB.Client.Order.GetX(ctx, p.id).QueryItems().OnlyX(ctx)
	return p.Payments.CloseUnshipped(ctx, payment.CloseUnshippedInput{
		SubOrder: item.SubOrderID,
		Lines:    []payment.UnshippedLine{{Item: item.ID, Quantity: n}},
	})
}

func TestUnshippedUnitsAreClosedByTheMerchant(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p, merchant := e.purchase(vocab.OnOrder), e.Merchant
		_, err := p.closeUnshipped(merchant, 1)
		e.WantFault(err, fault.ActionNotAllowed)
		e.pay(p.start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
		_, err = p.closeUnshipped(merchant, 3)
		e.WantFault(err, fault.InvalidInput)
		_, err = p.closeUnshipped(e.Staff(vocab.Merchant, e.AddShop("other", document.ShopPolicy{})), 1)
		e.WantFault(err, fault.NotFound)
		made := map[globalid.ID]bool{}
		for left := int64(1); left >= 0; left-- {
			got, err := p.closeUnshipped(merchant, 1)
			if err != nil || made[got.Refund] {
				e.T.Fatalf("%+v, %v", got, err)
			}
			made[got.Refund] = true
			if n := e.Available(p.sku); n != 2-left {
				e.T.Errorf("%d available, want %d", n, 2-left)
			}
			e.Run()
			e.wantRefund(got.Refund, vocab.RefundSucceeded)
		}
		e.wantClosed(p.id, vocab.MerchantCancelled)
		e.wantMoney(p.id, payable, payable)
	})
}
