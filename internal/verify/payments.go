package verify

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

func (r *run) paidOnce() func(*orderData) {
	c := r.check(2, "price.paid", "a paid order above 0 has one COUNTED payment, of its payable; "+
		"any other has none and something to pay; a payment has a verdict, a transaction, an "+
		"amount and a time when it succeeded, and only a closed order's is LATE")
	return func(b *orderData) {
		c.Rows += 1 + int64(len(b.payments))
		var counted []*ent.Payment
		for _, p := range b.payments {
			b.verdictFits(c, p)
			if value(p.Verdict) == vocab.Counted {
				counted = append(counted, p)
			}
		}
		if b.Status != vocab.Closed && b.paid() == b.unpaid() {
			c.fail(b.ID, "status %s, paid at %v", b.Status, b.PaidAt)
		}
		if b.unpaid() && b.Payable == 0 {
			c.fail(b.ID, "waits for a payment of nothing")
		}
		want := 0
		if b.paid() && b.Payable > 0 {
			want = 1
		}
		if len(counted) != want {
			c.fail(b.ID, "%d COUNTED payments, want %d", len(counted), want)
			return
		}
		for _, p := range counted {
			if p.PaidAmount != b.Payable || p.Currency != b.Currency {
				c.fail(p.ID, "counts %d %s for a payable of %d %s",
					p.PaidAmount, p.Currency, b.Payable, b.Currency)
			}
			if b.PaidAt == nil || p.PaidAt == nil || !b.PaidAt.Equal(*p.PaidAt) {
				c.fail(b.ID, "paid at %v, its payment at %v", b.PaidAt, p.PaidAt)
			}
		}
	}
}

func (b *orderData) verdictFits(c *Check, p *ent.Payment) {
	succeeded := p.Status == vocab.AttemptSucceeded
	if (p.Verdict != nil) != succeeded || (p.TransactionID != nil) != succeeded ||
		(p.PaidAt != nil) != succeeded || (p.PaidAmount > 0) != succeeded {
		c.fail(p.ID, "status %s, verdict %q, transaction %q of %d at %v", p.Status,
			value(p.Verdict), value(p.TransactionID), p.PaidAmount, p.PaidAt)
	}
	if value(p.Verdict) == vocab.Late && b.Status != vocab.Closed {
		c.fail(p.ID, "LATE, and the order is %s", b.Status)
	}
}

// attempts finds several payable attempts of one order, and attempts over a wrong amount.
func (r *run) attempts() func(*orderData) {
	c := r.check(2, "payments.attempts", "at most one attempt can be paid, of the payable, and only "+
		"while the order is PENDING_PAYMENT; none is open when the payment has failed; whoever "+
		"is closed has a cause")
	return func(b *orderData) {
		open := 0
		for _, p := range b.payments {
			c.Rows++
			switch p.Status {
			case vocab.AttemptCreated, vocab.AttemptOpen:
				open++
				if open > 1 || b.Status != vocab.PendingPayment || p.Amount != b.Payable ||
					p.Currency != b.Currency || p.CloseCause != nil {
					c.fail(p.ID, "asks for %d %s, to be closed by %q; the order is %s and costs "+
						"%d %s", p.Amount, p.Currency, value(p.CloseCause), b.Status, b.Payable,
						b.Currency)
				}
			case vocab.AttemptClosing, vocab.AttemptUnknown, vocab.AttemptClosed:
				waits := p.Status == vocab.AttemptClosing
				if p.CloseCause == nil || waits && b.Status == vocab.PaymentFailed {
					c.fail(p.ID, "%s by %q, the order is %s", p.Status, value(p.CloseCause),
						b.Status)
				}
			}
		}
	}
}

// givenUp finds attempts of which nobody had asked in vain for long enough when the order was no
// longer held for them: whoever paid in time would have lost it.
func (r *run) givenUp() func(*orderData) {
	const grace = 10 * time.Minute
	c := r.check(2, "payments.given_up", "an attempt is given up after its channel was asked in "+
		"vain for ten minutes, all of them after the pay deadline")
	return func(b *orderData) {
		for _, e := range b.events {
			if e.Type != vocab.EventPaymentUnknown {
				continue
			}
			c.Rows++
			since := e.Payload.Since
			if since == nil || since.Before(b.PayDueAt) || e.CreatedAt.Before(since.Add(grace)) {
				c.fail(e.Payload.Payment, "given up at %v, asked in vain since %v, to be paid until %v",
					e.CreatedAt, since, b.PayDueAt)
			}
		}
	}
}
