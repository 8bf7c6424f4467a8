package payment_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const rounds = 6

// race does everything at the same moment and returns each error.
func race(acts ...func() error) []error {
	errs := make([]error, len(acts))
	ready := make(chan struct{})
	var all sync.WaitGroup
	for i, act := range acts {
		all.Go(func() {
			<-ready
			errs[i] = act()
		})
	}
	close(ready)
	all.Wait()
	return errs
}

// paidCharge is what a notice would say of a payment that was made.
func (p purchase) paidCharge(id globalid.ID) channel.Charge {
	p.T.Helper()
	charge, err := p.Payments.Channels[vocab.Sandbox].Query(p.T.Context(), id.String())
	if err != nil || charge.State != channel.ChargePaid {
		p.T.Fatalf("%+v, %v", charge, err)
	}
	return charge
}

// paidUnnoticed starts and pays a payment of which no notice comes; it returns how to apply it.
func (p purchase) paidUnnoticed() (globalid.ID, func() error) {
	p.T.Helper()
	id := p.start(vocab.Sandbox)
	p.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
	p.pay(id, sandbox.Payment{})
	charge := p.paidCharge(id)
	return id, func() error {
		return p.Payments.Settle(context.WithoutCancel(p.T.Context()), vocab.Sandbox, charge)
	}
}

// mustAll ends the test with the first of errs.
func (e *sandboxEnv) mustAll(errs ...error) {
	e.T.Helper()
	for _, err := range errs {
		e.Must(err)
	}
}

func TestRacePayAndCancel(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			id, pay := p.paidUnnoticed()
			errs := race(pay, func() error {
				_, err := e.Payments.Cancel(p.buyer, p.id)
				return err
			})
			e.mustAll(errs[0])
			e.Run()
			if errs[1] != nil {
				e.WantFault(errs[1], fault.ActionNotAllowed)
				e.wantVerdict(id, vocab.Counted)
				e.wantOrder(p.id, vocab.AwaitingShipment)
				e.wantMoney(p.id, payable, 0)
				continue
			}
			e.wantVerdict(id, vocab.Late)
			e.wantClosed(p.id, vocab.BuyerCancelled)
			e.wantMoney(p.id, payable, payable)
		}
	})
}

func TestRacePayAndExpire(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			id, pay := p.paidUnnoticed()
			e.Move(payTime)
			e.mustAll(race(pay,
				func() error { return e.Payments.RunExpire(e.T.Context(), p.id) },
				func() error { return e.Payments.RunExpire(e.T.Context(), p.id) })...)
			e.Run()
			e.wantVerdict(id, vocab.Counted) // the close tells of it at the latest
			e.wantOrder(p.id, vocab.AwaitingShipment)
			e.wantMoney(p.id, payable, 0)
		}
	})
}

func TestRaceUnpaidExpireAndLatePayment(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			id := p.start(vocab.Sandbox)
			e.Move(payTime)
			errs := race(
				func() error {
					err := e.peer.Pay(e.T.Context(), id.String(), sandbox.Payment{Late: true})
					if err != nil {
						return err
					}
					_, err = e.peer.Deliver(e.T.Context())
					return err
				},
				func() error { return e.Payments.RunExpire(e.T.Context(), p.id) })
			e.mustAll(errs...)
			e.minuteLater()
			e.deliver()
			e.Run()
			r := e.DB.Client.Payment.GetX(e.T.Context(), id)
			if r.Verdict == nil {
				e.T.Fatalf("the payment is %s", r.Status)
			}
			if *r.Verdict == vocab.Counted {
				e.wantOrder(p.id, vocab.AwaitingShipment)
				e.wantMoney(p.id, payable, 0)
				continue
			}
			e.wantVerdict(id, vocab.Late)
			e.wantClosed(p.id, vocab.PaymentTimeout)
			e.wantMoney(p.id, payable, payable)
		}
	})
}

func TestRaceExpireAndStart(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			errs := race(
				func() error { _, err := p.tryStart(); return err },
				func() error {
					err := e.DB.MoveClock(e.T.Context(), store.ClockMove{To: pastDeadline})
					if err != nil {
						return err
					}
					return e.Payments.RunExpire(e.T.Context(), p.id)
				},
				func() error { _, err := p.tryStart(); return err })
			e.mustAll(errs[1])
			for _, i := range []int{0, 2} {
				if errs[i] != nil && !fault.Is(errs[i], fault.PaymentDeadline) {
					e.WantFault(errs[i], fault.ActionNotAllowed)
				}
			}
			e.minuteLater()
			e.wantClosed(p.id, vocab.PaymentTimeout)
			for _, r := range e.DB.Client.Order.GetX(e.T.Context(), p.id).QueryPayments().
				AllX(e.T.Context()) {
				if r.Status != vocab.AttemptClosed && r.Status != vocab.AttemptFailed {
					e.T.Errorf("a payment of an expired order is %s", r.Status)
				}
			}
			if n := e.Available(p.sku); n != 2 {
				e.T.Errorf("%d available, want the stock back", n)
			}
			e.wantMoney(p.id, 0, 0)
		}
	})
}

func TestRaceAbandonAndPay(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			id := p.start(vocab.Sandbox)
			paid := make(chan error, 1)
			errs := race(
				func() error {
					err := e.peer.Pay(e.T.Context(), id.String(), sandbox.Payment{})
					paid <- err
					_, failed := e.peer.Deliver(e.T.Context())
					return failed
				},
				func() error { _, err := e.Payments.Abandon(p.buyer, p.id); return err })
			e.mustAll(errs[0])
			e.minuteLater()
			if <-paid != nil { // closed before the payer paid
				e.mustAll(errs[1])
				e.wantAttempt(id, vocab.AttemptClosed)
				e.wantOrder(p.id, vocab.PaymentFailed)
				e.wantMoney(p.id, 0, 0)
				continue
			}
			if errs[1] != nil {
				e.WantFault(errs[1], fault.ActionNotAllowed)
			}
			e.wantVerdict(id, vocab.Counted)
			e.wantOrder(p.id, vocab.AwaitingShipment)
			e.wantMoney(p.id, payable, 0)
		}
	})
}

func pastDeadline(now time.Time) time.Time { return now.Add(payTime) }
