package replay

import (
	"slices"
	"time"
)

const (
	// window is how long after the receipt goods may be returned; the shops' policy says so too.
	window = 7 * day
	// receipt is how long after the delivery it counts as received when the buyer says nothing.
	receipt = 7 * day
	// spare is how long before the end of the window a buyer asks for nothing any more and the shop
	// opens the request: business time goes on while a replay is broken off.
	spare = 2 * day

	day = 24 * time.Hour
)

// cancellation becomes requests, one or more for each purchase that it is of.
type cancellation struct {
	number, customer string
	at               time.Time
	withdrawals      []*withdrawal
}

// withdrawal is what a cancellation takes of one purchase.
type withdrawal struct {
	by    *cancellation
	of    *invoice
	lines []*quantity // of the purchase's skus
	late  bool        // the return window is over, or almost
}

// phase is where the goods are when an invoice is cancelled.
type phase int

const (
	unshipped phase = iota // in the hour in which they are bought
	inTransit              // in the next hour
	delivered              // later
)

func (w *withdrawal) phase(step int) phase { return phase(min(step-w.of.step, int(delivered))) }

// owned is what a customer has of a stock code, at whatever price.
type owned struct{ customer, code string }

// purchase is a line of an invoice of theirs.
type purchase struct {
	*invoice
	line *quantity
}

// own notes what a customer buys. What guests buy can never be found again.
func (p *planner) own(of *invoice, line *quantity) {
	if of.customer != "" {
		at := owned{of.customer, line.sku.product}
		p.bought[at] = append(p.bought[at], purchase{of, line})
	}
}

// cancel finds the purchases of which a good row of a cancellation takes units back: of the price
// that it names before others, and the latest first.
func (p *planner) cancel(e *entry, r row) Reason {
	by := e.back
	if by == nil {
		by = &cancellation{number: r.invoice, customer: r.customer, at: r.at}
	} else if by.customer != r.customer {
		return AnotherCustomer
	}
	var kept int64
	var found []purchase
	for _, b := range slices.Backward(p.bought[owned{r.customer, r.code}]) {
		if b.at.After(by.at) {
			continue
		}
		found = append(found, b)
		kept += b.line.units - b.line.back
	}
	switch {
	case len(found) == 0:
		return NoPurchase
	case kept < r.quantity:
		return TooManyBack
	}
	slices.SortStableFunc(found, func(a, b purchase) int {
		return order(a.line.sku.pence != r.pence, b.line.sku.pence != r.pence)
	})
	for _, b := range found {
		units := min(r.quantity, b.line.units-b.line.back)
		by.take(b, units)
		r.quantity -= units
	}
	e.back = by
	return ""
}

// order puts what is not before what is.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// take adds units of a purchase to what is cancelled.
func (c *cancellation) take(b purchase, units int64) {
	if units == 0 {
		return
	}
	b.line.back += units
	i := slices.IndexFunc(c.withdrawals, func(w *withdrawal) bool { return w.of == b.invoice })
	if i < 0 {
		i = len(c.withdrawals)
		c.withdrawals = append(c.withdrawals, &withdrawal{by: c, of: b.invoice})
	}
	w := c.withdrawals[i]
	for _, l := range w.lines {
		if l.sku == b.line.sku {
			l.units += units
			return
		}
	}
	w.lines = append(w.lines, &quantity{sku: b.line.sku, units: units})
}
