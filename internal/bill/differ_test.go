package bill_test

import (
	"testing"
	"time"

	"orderflow/internal/bill"
	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

func TestAmountsThatDifferAreTold(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		order, attempt := e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.LineAmount, No: e.transaction(attempt), Amount: 7})
		e.later(ordertest.Day)
		e.wantBill("2026-11-30", 1, 0, 1)
		d := e.wantDifferences(vocab.DifferenceAmount)[0]
		if d.Here != payable || d.There != 7 || *d.OrderID != order || *d.PaymentID != attempt ||
			d.Number != e.transaction(attempt) || d.TradeNo != attempt.String() {
			t.Errorf("the difference is %+v", d)
		}
		rows := e.DB.Client.Event.Query().AllX(t.Context())
		event := rows[len(rows)-1]
		for _, row := range rows {
			if row.Type == vocab.EventBillDiffers {
				event = row
			}
		}
		if event.Type != vocab.EventBillDiffers || *event.ShopID != e.Shop.ID ||
			event.OrderID != nil || event.BuyerID != nil || event.Payload.Difference != d.ID ||
			event.Payload.Payment != attempt || event.Payload.Amount != 0 {
			t.Errorf("the event is %+v", event)
		}
		e.wantVerdicts(order, vocab.Counted) // nothing is settled twice
		e.wantMoney(attempt, payable, 0)
		if n := e.bills.Counters.Differences.Load(); n != 1 {
			t.Errorf("%d differences counted", n)
		}
	})
}

func TestWhatOneSideDoesNotHaveIsTold(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		stranger := channel.OpenRequest{OutTradeNo: "another-system-7", Amount: 300,
			Currency: "CNY", Account: "main", ExpiresAt: e.Now().Add(time.Hour)}
		_, err := e.port.Open(t.Context(), stranger)
		e.Must(err)
		e.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: stranger.OutTradeNo})
		e.Must(e.peer.Pay(t.Context(), stranger.OutTradeNo, sandbox.Payment{}))
		_, attempt := e.paid()
		refunded, _ := e.paid()
		e.MustID(e.CloseUnshipped(e.Items(refunded)[0].ID, 1))
		e.run()
		refund := e.Refunds(refunded)[0]
		e.fault(sandbox.Fault{Kind: sandbox.OmitLine, No: e.transaction(attempt)})
		e.fault(sandbox.Fault{Kind: sandbox.OmitLine, No: refund.ID.String()})
		e.later(ordertest.Day)
		e.wantBill("2026-11-30", 2, 0, 3)
		all := e.wantDifferences(vocab.DifferenceUnknown, vocab.DifferenceAbsent,
			vocab.DifferenceAbsent)
		if d := all[0]; d.TradeNo != stranger.OutTradeNo || d.There != 300 || d.Here != 0 ||
			d.OrderID != nil {
			t.Errorf("the stranger is %+v", d)
		}
		if d := all[1]; *d.PaymentID != attempt || d.Here != payable || d.There != 0 {
			t.Errorf("the missing payment is %+v", d)
		}
		if d := all[2]; *d.RefundID != refund.ID || d.Number != refund.ID.String() {
			t.Errorf("the missing refund is %+v", d)
		}
		if n := e.Events(vocab.EventBillDiffers); n != 2 {
			t.Errorf("%d events, want those of the two of the shop", n)
		}
	})
}

// Staff paid a refund themselves, and the channel pays it all the same.
func TestARefundThatWasPaidOutsideIsNotInTheBill(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		order, _ := e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.AbnormalRefund})
		e.MustID(e.CloseUnshipped(e.Items(order)[0].ID, 1))
		e.run()
		refund := e.Refunds(order)[0].ID
		alarms := e.Payments.Counters.Alarms.Load()
		_, err := e.Payments.ResolveRefund(e.Support, resolveOutside(refund))
		e.Must(err)
		e.later(ordertest.Day)
		e.wantBill("2026-11-30", 1, 0, 0)
		e.Must(e.peer.SettleRefund(t.Context(), refund.String(), channel.RefundSucceeded))
		e.later(ordertest.Day)
		e.wantBill("2026-12-01", 1, 0, 1)
		e.Payments.Counters.Alarms.Add(-alarms)
		e.wantDifferences(vocab.DifferenceState)
	})
}

func TestResolve(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		_, attempt := e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.OmitLine, No: e.transaction(attempt)})
		e.later(ordertest.Day)
		in := bill.ResolveInput{Difference: e.differences()[0].ID, Note: " it is in the next bill "}
		_, err := e.bills.Resolve(e.Merchant, in)
		e.WantFault(err, fault.Forbidden)
		_, err = e.bills.Resolve(e.Platform, bill.ResolveInput{Difference: in.Difference, Note: " "})
		e.WantFault(err, fault.InvalidInput)
		_, err = e.bills.Resolve(e.Platform, bill.ResolveInput{Difference: attempt, Note: "x"})
		e.WantFault(err, fault.NotFound)
		e.MustID(e.bills.Resolve(e.Platform, in))
		_, err = e.bills.Resolve(e.Support, in)
		e.WantFault(err, fault.ActionNotAllowed)
		d := e.differences()[0]
		if d.Status != vocab.DifferenceResolved || d.Note != "it is in the next bill" ||
			d.ResolvedAt == nil || d.ResolvedBy == nil {
			t.Errorf("the difference is %+v", d)
		}
		if n := e.Events(vocab.EventBillResolved); n != 1 {
			t.Errorf("%d events", n)
		}
	})
}
