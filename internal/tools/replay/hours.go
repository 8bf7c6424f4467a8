package replay

import (
	"maps"
	"slices"
	"time"
)

// hour is a step of the simulated clock with its invoices.
type hour struct {
	at            time.Time
	invoices      []*invoice
	cancellations []*cancellation
}

// schedule groups invoices by hour in the order of time and marks late cancellations.
func (p *Plan) schedule() {
	steps := map[time.Time]*hour{}
	step := func(at time.Time) *hour {
		at = at.Truncate(time.Hour)
		if steps[at] == nil {
			steps[at] = &hour{at: at}
		}
		return steps[at]
	}
	for _, inv := range p.invoices {
		s := step(inv.at)
		s.invoices = append(s.invoices, inv)
	}
	for _, c := range p.cancellations {
		s := step(c.at)
		s.cancellations = append(s.cancellations, c)
		p.withdrawals += len(c.withdrawals)
	}
	p.hours = slices.SortedFunc(maps.Values(steps),
		func(a, b *hour) int { return a.at.Compare(b.at) })
	for i, h := range p.hours {
		slices.SortStableFunc(h.invoices, func(a, b *invoice) int { return a.at.Compare(b.at) })
		slices.SortStableFunc(h.cancellations,
			func(a, b *cancellation) int { return a.at.Compare(b.at) })
		for _, inv := range h.invoices {
			inv.step = i
		}
		for _, c := range h.cancellations {
			for _, w := range c.withdrawals {
				w.invoice.cancelledSameHour = w.invoice.cancelledSameHour || w.phase(i) == unshipped
				w.late = w.phase(i) == delivered && !h.at.Before(p.requestsUntil(w.invoice))
			}
		}
	}
}

// requestsUntil is the time until which the customer opens requests about an invoice.
func (p *Plan) requestsUntil(inv *invoice) time.Time {
	received := p.hours[inv.step+1].at
	if inv.receivedByClock() {
		received = p.hours[inv.step].at.Add(receiptDelay)
	}
	return received.Add(returnWindow - margin)
}

// receivedByClock reports whether the buyer does not confirm the receipt of an invoice.
func (inv *invoice) receivedByClock() bool { return hash(inv.number)%4 == 0 }

// queues groups invoices or cancellations by customer; each guest is a customer of their own.
func queues[T any](all []T, customer func(T) string) (queues [][]T) {
	place := map[string]int{}
	for _, item := range all {
		name := customer(item)
		at, known := place[name]
		if name == "" || !known {
			at = len(queues)
			queues = append(queues, nil)
			place[name] = at
		}
		queues[at] = append(queues[at], item)
	}
	return queues
}
