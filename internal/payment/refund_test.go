package payment_test

import (
	"testing"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// owed is an order that was paid twice, so that a refund of one payment is due.
func (w *world) owed() (checkout, *ent.Refund) {
	w.t.Helper()
	c := w.checkout(vocab.OnOrder)
	w.pay(c.start(vocab.Sandbox), sandbox.Payment{Twice: true})
	w.deliver()
	r := w.onlyRefund(c.id)
	w.wantRefund(r.ID, vocab.RefundRequested)
	return c, r
}

func TestARefundSurvivesASilentChannel(t *testing.T) {
	each(t, func(w *world) {
		for _, kind := range []sandbox.FaultKind{sandbox.Unreachable, sandbox.UnsignedError,
			sandbox.LoseAnswer, sandbox.IllSigned} {
			c, r := w.owed()
			w.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: r.ID.String()})
			w.fault(sandbox.Fault{Kind: kind, Op: sandbox.OpRefund})
			w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpQueryRefund})
			w.run()
			w.wantRefund(r.ID, vocab.RefundUnknown)
			w.soon()
			w.wantRefund(r.ID, vocab.RefundUnknown)
			w.soon()
			w.wantRefund(r.ID, vocab.RefundSucceeded)
			w.wantMoney(c.id, 2*payable, payable)
		}
	})
}

func TestARefusedRefundWaitsForStaff(t *testing.T) {
	each(t, func(w *world) {
		for _, kind := range []sandbox.FaultKind{sandbox.RefuseRefund, sandbox.NoBalance} {
			c, r := w.owed()
			w.fault(sandbox.Fault{Kind: kind})
			w.run()
			w.wantRefund(r.ID, vocab.RefundFailed)
			w.soon()
			w.wantRefund(r.ID, vocab.RefundFailed)
			_, err := w.payments.RetryRefund(c.buyer, r.ID)
			wantFault(w.t, err, fault.Forbidden)
			got, err := w.payments.RetryRefund(w.staff(vocab.Support), r.ID)
			if err != nil || got.Refund != r.ID {
				w.t.Fatalf("%+v, %v", got, err)
			}
			w.run()
			w.wantRefund(r.ID, vocab.RefundSucceeded)
			_, err = w.payments.RetryRefund(w.staff(vocab.Platform), r.ID)
			wantFault(w.t, err, fault.ActionNotAllowed)
			w.wantMoney(c.id, 2*payable, payable)
		}
	})
}

func TestASlowRefundIsFoundByNoticeOrByAsking(t *testing.T) {
	each(t, func(w *world) {
		for _, noticed := range []bool{true, false} {
			c, r := w.owed()
			w.fault(sandbox.Fault{Kind: sandbox.HoldRefund})
			w.run()
			w.wantRefund(r.ID, vocab.RefundSubmitted)
			w.soon()
			w.wantRefund(r.ID, vocab.RefundSubmitted)
			if !noticed {
				w.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: r.ID.String()})
			}
			err := w.peer.SettleRefund(w.t.Context(), r.ID.String(), channel.RefundSucceeded)
			if err != nil {
				w.t.Fatal(err)
			}
			w.deliver()
			if !noticed {
				w.soon()
			}
			w.wantRefund(r.ID, vocab.RefundSucceeded)
			w.wantMoney(c.id, 2*payable, payable)
		}
	})
}

func TestAClosedRefundIsReplacedTwice(t *testing.T) {
	each(t, func(w *world) {
		c, first := w.owed()
		w.fault(sandbox.Fault{Kind: sandbox.CloseRefund, Times: 3})
		w.run()
		chain := w.refunds(c.id)
		if len(chain) != 3 || *chain[1].ReplacesID != first.ID ||
			*chain[2].ReplacesID != chain[1].ID {
			w.t.Fatalf("refunds %+v", chain)
		}
		w.wantRefund(first.ID, vocab.RefundClosed)
		w.wantRefund(chain[1].ID, vocab.RefundClosed)
		w.wantRefund(chain[2].ID, vocab.RefundNeedsStaff)
		w.wantMoney(c.id, 2*payable, 0)

		resolve := payment.ResolveInput{Refund: chain[2].ID}
		if _, err := w.payments.ResolveRefund(w.staff(vocab.Support), resolve); err != nil {
			w.t.Fatal(err)
		}
		w.run() // the channel still says that it is closed
		w.wantRefund(chain[2].ID, vocab.RefundNeedsStaff)
		resolve.PaidOutside = "bank transfer 7"
		if _, err := w.payments.ResolveRefund(w.staff(vocab.Support), resolve); err != nil {
			w.t.Fatal(err)
		}
		w.wantRefund(chain[2].ID, vocab.RefundSucceeded)
		w.wantMoney(c.id, 2*payable, 0)
	})
}

func TestOneClosedRefundIsPaidByItsSuccessor(t *testing.T) {
	each(t, func(w *world) {
		c, first := w.owed()
		w.fault(sandbox.Fault{Kind: sandbox.CloseRefund})
		w.run()
		w.wantRefund(first.ID, vocab.RefundClosed)
		w.wantRefund(w.refunds(c.id)[1].ID, vocab.RefundSucceeded)
		w.wantMoney(c.id, 2*payable, payable)
	})
}

func TestADeadCardNeedsStaff(t *testing.T) {
	each(t, func(w *world) {
		c, r := w.owed()
		w.fault(sandbox.Fault{Kind: sandbox.AbnormalRefund})
		w.run()
		w.wantRefund(r.ID, vocab.RefundNeedsStaff)
		err := w.peer.SettleRefund(w.t.Context(), r.ID.String(), channel.RefundSucceeded)
		if err != nil {
			w.t.Fatal(err)
		}
		_, err = w.payments.ResolveRefund(w.staff(vocab.Platform),
			payment.ResolveInput{Refund: r.ID})
		if err != nil {
			w.t.Fatal(err)
		}
		w.wantRefund(r.ID, vocab.RefundSubmitted)
		w.run()
		w.wantRefund(r.ID, vocab.RefundSucceeded)
		w.wantMoney(c.id, 2*payable, payable)
	})
}
