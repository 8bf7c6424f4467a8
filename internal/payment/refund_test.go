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
func (e *sandboxEnv) owed() (purchase, *ent.Refund) {
	e.T.Helper()
	p := e.purchase(vocab.OnOrder)
	e.pay(p.start(vocab.Sandbox), sandbox.Payment{Twice: true})
	e.deliver()
	r := e.onlyRefund(p.id)
	e.wantRefund(r.ID, vocab.RefundRequested)
	return p, r
}

func TestARefundSurvivesASilentChannel(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for _, kind := range []sandbox.FaultKind{sandbox.Unreachable, sandbox.UnsignedError,
			sandbox.LoseAnswer, sandbox.IllSigned} {
			p, r := e.owed()
			e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: r.ID.String()})
			e.addFault(sandbox.Fault{Kind: kind, Op: sandbox.OpRefund})
			e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpQueryRefund})
			e.Run()
			e.wantRefund(r.ID, vocab.RefundUnknown)
			e.minuteLater()
			e.wantRefund(r.ID, vocab.RefundUnknown)
			e.minuteLater()
			e.wantRefund(r.ID, vocab.RefundSucceeded)
			e.wantMoney(p.id, 2*payable, payable)
		}
	})
}

func TestARefusedRefundWaitsForStaff(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for _, kind := range []sandbox.FaultKind{sandbox.RefuseRefund, sandbox.NoBalance} {
			p, r := e.owed()
			e.addFault(sandbox.Fault{Kind: kind})
			e.Run()
			e.wantRefund(r.ID, vocab.RefundFailed)
			e.minuteLater()
			e.wantRefund(r.ID, vocab.RefundFailed)
			_, err := e.Payments.RetryRefund(p.buyer, r.ID)
			e.WantFault(err, fault.Forbidden)
			got, err := e.Payments.RetryRefund(e.Support, r.ID)
			if err != nil || got.Refund != r.ID {
				e.T.Fatalf("%+v, %v", got, err)
			}
			e.Run()
			e.wantRefund(r.ID, vocab.RefundSucceeded)
			_, err = e.Payments.RetryRefund(e.Platform, r.ID)
			e.WantFault(err, fault.ActionNotAllowed)
			e.wantMoney(p.id, 2*payable, payable)
		}
	})
}

func TestASlowRefundIsFoundByNoticeOrQuery(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for _, noticed := range []bool{true, false} {
			p, r := e.owed()
			e.addFault(sandbox.Fault{Kind: sandbox.HoldRefund})
			e.Run()
			e.wantRefund(r.ID, vocab.RefundSubmitted)
			e.minuteLater()
			e.wantRefund(r.ID, vocab.RefundSubmitted)
			if !noticed {
				e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: r.ID.String()})
			}
			err := e.peer.SettleRefund(e.T.Context(), r.ID.String(), channel.RefundSucceeded)
			if err != nil {
				e.T.Fatal(err)
			}
			e.deliver()
			if !noticed {
				e.minuteLater()
			}
			e.wantRefund(r.ID, vocab.RefundSucceeded)
			e.wantMoney(p.id, 2*payable, payable)
		}
	})
}

func TestAClosedRefundIsReplacedTwice(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p, first := e.owed()
		e.addFault(sandbox.Fault{Kind: sandbox.CloseRefund, Times: 3})
		e.Run()
		chain := e.Refunds(p.id)
		if len(chain) != 3 || *chain[1].ReplacesID != first.ID ||
			*chain[2].ReplacesID != chain[1].ID {
			e.T.Fatalf("refunds %+v", chain)
		}
		e.wantRefund(first.ID, vocab.RefundClosed)
		e.wantRefund(chain[1].ID, vocab.RefundClosed)
		e.wantRefund(chain[2].ID, vocab.RefundNeedsStaff)
		e.wantMoney(p.id, 2*payable, 0)

		resolve := payment.ResolveInput{Refund: chain[2].ID}
		if _, err := e.Payments.ResolveRefund(e.Support, resolve); err != nil {
			e.T.Fatal(err)
		}
		e.Run() // the channel still says that it is closed
		e.wantRefund(chain[2].ID, vocab.RefundNeedsStaff)
		resolve.PaidOutside = "bank transfer 7"
		if _, err := e.Payments.ResolveRefund(e.Support, resolve); err != nil {
			e.T.Fatal(err)
		}
		e.wantRefund(chain[2].ID, vocab.RefundSucceeded)
		e.wantMoney(p.id, 2*payable, 0)
	})
}

func TestOneClosedRefundIsPaidByItsSuccessor(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p, first := e.owed()
		e.addFault(sandbox.Fault{Kind: sandbox.CloseRefund})
		e.Run()
		e.wantRefund(first.ID, vocab.RefundClosed)
		e.wantRefund(e.Refunds(p.id)[1].ID, vocab.RefundSucceeded)
		e.wantMoney(p.id, 2*payable, payable)
	})
}

func TestADeadCardNeedsStaff(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p, r := e.owed()
		e.addFault(sandbox.Fault{Kind: sandbox.AbnormalRefund})
		e.Run()
		e.wantRefund(r.ID, vocab.RefundNeedsStaff)
		err := e.peer.SettleRefund(e.T.Context(), r.ID.String(), channel.RefundSucceeded)
		if err != nil {
			e.T.Fatal(err)
		}
		_, err = e.Payments.ResolveRefund(e.Platform,
			payment.ResolveInput{Refund: r.ID})
		if err != nil {
			e.T.Fatal(err)
		}
		e.wantRefund(r.ID, vocab.RefundSubmitted)
		e.Run()
		e.wantRefund(r.ID, vocab.RefundSucceeded)
		e.wantMoney(p.id, 2*payable, payable)
	})
}
