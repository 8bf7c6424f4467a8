package replay

import (
	"slices"
	"time"
)

const (
	// window is how long after the receipt goods may be returned; the shops' policy says so too.
	returnWindow = 7 * day
	// receipt is how long after the delivery it counts as received when the buyer says nothing.
	receiptDelay = 7 * day
	// spare is how long before the end of the window a buyer asks for nothing any more and the shop
	// opens the request: business time goes on while a replay is broken off.
	margin = 2 * day

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
	cancellation *cancellation
	invoice      *invoice
	lines        []*invoiceLine // of the purchase's skus
	late         bool           // the return window is over, or almost
}

// phase is where the goods are when an invoice is cancelled.
type phase int

const (
	unshipped phase = iota // in the hour in which they are bought
	inTransit              // in the next hour
	delivered              // later
)

func (w *withdrawal) phase(step int) phase { return phase(min(step-w.invoice.step, int(delivered))) }

// owned is what a customer has of a stock code, at whatever price.
type customerProduct struct{ customer, code string }

// purchase is a line of an invoice of theirs.
type purchase struct {
	*invoice
	line *invoiceLine
}

// own notes what a customer buys. What guests buy can never be found again.
func (p *planner) recordPurchase(of *invoice, line *invoiceLine) {
	if of.customer != "" {
		at := customerProduct{of.customer, line.sku.product}
		p.bought[at] = append(p.bought[at], purchase{of, line})
	}
}

// cancel finds the purchases of which a good row of a cancellation takes units back: of the price
// that it names before others, and the latest first.
func (p *planner) addCancellation(e *entry, r row) Reason {
	by := e.cancellation
	if by == nil {
		by = &cancellation{number: r.invoice, customer: r.customer, at: r.at}
	} else if by.customer != r.customer {
		return AnotherCustomer
	}
	var kept int64
	var found []purchase
	for _, b := range slices.Backward(p.bought[customerProduct{r.customer, r.code}]) {
		if b.at.After(by.at) {
			continue
		}
		found = append(found, b)
		kept += b.line.units - b.line.cancelled
	}
	switch {
	case len(found) == 0:
		return NoPurchase
	case kept < r.quantity:
		return TooManyBack
	}
	slices.SortStableFunc(found, func(a, b purchase) int {
		return falseFirst(a.line.sku.pence != r.pence, b.line.sku.pence != r.pence)
	})
	for _, b := range found {
		units := min(r.quantity, b.line.units-b.line.cancelled)
		by.addUnits(b, units)
		r.quantity -= units
	}
	e.cancellation = by
	return ""
}

// order puts what is not before what is.
func falseFirst(a, b bool) int {
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
func (c *cancellation) addUnits(b purchase, units int64) {
	if units == 0 {
		return
	}
	b.line.cancelled += units
	i := slices.IndexFunc(c.withdrawals, func(w *withdrawal) bool { return w.invoice == b.invoice })
	if i < 0 {
		i = len(c.withdrawals)
		c.withdrawals = append(c.withdrawals, &withdrawal{cancellation: c, invoice: b.invoice})
	}
	w := c.withdrawals[i]
	for _, l := range w.lines {
		if l.sku == b.line.sku {
			l.units += units
			return
		}
	}
	w.lines = append(w.lines, &invoiceLine{sku: b.line.sku, units: units})
}
