package replay

import (
	"slices"
	"time"
)

// hour is a step of the simulated clock and the invoices of it.
type hour struct {
	at       time.Time
	invoices []*invoice
}

// hours groups invoices by the hour in which they were written, in the order of time.
func hours(invoices []*invoice) (steps []hour) {
	sorted := slices.Clone(invoices)
	slices.SortStableFunc(sorted, func(a, b *invoice) int { return a.at.Compare(b.at) })
	for _, of := range sorted {
		at := of.at.Truncate(time.Hour)
		if n := len(steps); n == 0 || !steps[n-1].at.Equal(at) {
			steps = append(steps, hour{at: at})
		}
		step := &steps[len(steps)-1]
		step.invoices = append(step.invoices, of)
	}
	return steps
}

// queues groups invoices by customer; each guest is a customer of their own.
func queues(invoices []*invoice) (queues [][]*invoice) {
	place := map[string]int{}
	for _, of := range invoices {
		at, known := place[of.customer]
		if of.customer == "" || !known {
			at = len(queues)
			queues = append(queues, nil)
			place[of.customer] = at
		}
		queues[at] = append(queues[at], of)
	}
	return queues
}
