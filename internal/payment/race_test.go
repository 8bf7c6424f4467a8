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

// told is what a notice says of a payment that was made; the notice itself is lost.
func (c checkout) told(id globalid.ID) channel.Charge {
	c.t.Helper()
	charge, err := c.payments.Channels[vocab.Sandbox].Query(c.t.Context(), id.String())
	if err != nil || charge.State != channel.ChargePaid {
		c.t.Fatalf("%+v, %v", charge, err)
	}
	return charge
}

// paidUnheard starts and pays a payment of which no notice comes.
func (c checkout) paidUnheard() (globalid.ID, func() error) {
	c.t.Helper()
	id := c.start(vocab.Sandbox)
	c.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
	c.pay(id, sandbox.Payment{})
	charge := c.told(id)
	return id, func() error {
		return c.payments.Settle(context.WithoutCancel(c.t.Context()), vocab.Sandbox, charge)
	}
}

func (w *world) mustNot(errs ...error) {
	w.t.Helper()
	for _, err := range errs {
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestRacePayAndCancel(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(vocab.OnOrder)
			id, pay := c.paidUnheard()
			errs := race(pay, func() error {
				_, err := w.payments.Cancel(c.buyer, c.id)
				return err
			})
			w.mustNot(errs[0])
			w.run()
			if errs[1] != nil {
				wantFault(w.t, errs[1], fault.ActionNotAllowed)
				w.wantVerdict(id, vocab.Counted)
				w.wantOrder(c.id, vocab.AwaitingShipment)
				w.wantMoney(c.id, payable, 0)
				continue
			}
			w.wantVerdict(id, vocab.Late)
			w.wantClosed(c.id, vocab.BuyerCancelled)
			w.wantMoney(c.id, payable, payable)
		}
	})
}

func TestRacePayAndExpire(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(vocab.OnOrder)
			id, pay := c.paidUnheard()
			w.later(payTime)
			w.mustNot(race(pay,
				func() error { return w.payments.RunExpire(w.t.Context(), c.id) },
				func() error { return w.payments.RunExpire(w.t.Context(), c.id) })...)
			w.run()
			w.wantVerdict(id, vocab.Counted) // the close tells of it at the latest
			w.wantOrder(c.id, vocab.AwaitingShipment)
			w.wantMoney(c.id, payable, 0)
		}
	})
}

func TestRaceUnpaidExpireAndLatePayment(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(vocab.OnOrder)
			id := c.start(vocab.Sandbox)
			w.later(payTime)
			errs := race(
				func() error {
					err := w.peer.Pay(w.t.Context(), id.String(), sandbox.Payment{Late: true})
					if err != nil {
						return err
					}
					_, err = w.peer.Deliver(w.t.Context())
					return err
				},
				func() error { return w.payments.RunExpire(w.t.Context(), c.id) })
			w.mustNot(errs...)
			w.soon()
			w.deliver()
			w.run()
			r := w.db.Client.Payment.GetX(w.t.Context(), id)
			if r.Verdict == nil {
				w.t.Fatalf("the payment is %s", r.Status)
			}
			if *r.Verdict == vocab.Counted {
				w.wantOrder(c.id, vocab.AwaitingShipment)
				w.wantMoney(c.id, payable, 0)
				continue
			}
			w.wantVerdict(id, vocab.Late)
			w.wantClosed(c.id, vocab.PaymentTimeout)
			w.wantMoney(c.id, payable, payable)
		}
	})
}

func TestRaceExpireAndStart(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(vocab.OnOrder)
			errs := race(
				func() error { _, err := startBy(c); return err },
				func() error {
					err := w.db.MoveClock(w.t.Context(), pastDeadline)
					if err != nil {
						return err
					}
					return w.payments.RunExpire(w.t.Context(), c.id)
				},
				func() error { _, err := startBy(c); return err })
			w.mustNot(errs[1])
			for _, i := range []int{0, 2} {
				if errs[i] != nil && !fault.Is(errs[i], fault.PaymentDeadline) {
					wantFault(w.t, errs[i], fault.ActionNotAllowed)
				}
			}
			w.soon()
			w.wantClosed(c.id, vocab.PaymentTimeout)
			for _, r := range w.db.Client.Order.GetX(w.t.Context(), c.id).QueryPayments().
				AllX(w.t.Context()) {
				if r.Status != vocab.AttemptClosed && r.Status != vocab.AttemptFailed {
					w.t.Errorf("a payment of an expired order is %s", r.Status)
				}
			}
			if n := w.available(c.sku); n != 2 {
				w.t.Errorf("%d available, want the stock back", n)
			}
			w.wantMoney(c.id, 0, 0)
		}
	})
}

func TestRaceAbandonAndPay(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(vocab.OnOrder)
			id := c.start(vocab.Sandbox)
			paid := make(chan error, 1)
			errs := race(
				func() error {
					err := w.peer.Pay(w.t.Context(), id.String(), sandbox.Payment{})
					paid <- err
					_, failed := w.peer.Deliver(w.t.Context())
					return failed
				},
				func() error { _, err := w.payments.Abandon(c.buyer, c.id); return err })
			w.mustNot(errs[0])
			w.soon()
			if <-paid != nil { // closed before the payer paid
				w.mustNot(errs[1])
				w.wantAttempt(id, vocab.AttemptClosed)
				w.wantOrder(c.id, vocab.PaymentFailed)
				w.wantMoney(c.id, 0, 0)
				continue
			}
			if errs[1] != nil {
				wantFault(w.t, errs[1], fault.ActionNotAllowed)
			}
			w.wantVerdict(id, vocab.Counted)
			w.wantOrder(c.id, vocab.AwaitingShipment)
			w.wantMoney(c.id, payable, 0)
		}
	})
}

func pastDeadline(now time.Time) time.Time { return now.Add(payTime) }
