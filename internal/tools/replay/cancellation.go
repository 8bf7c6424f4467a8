package replay

import (
	"slices"
	"time"
)

const (
	// returnWindow is the time after the receipt in which goods may be returned; it is set in the
	// shops' policy.
	returnWindow = 7 * day
	// receiptDelay is the time after the delivery after which an order counts as received without a
	// confirmation.
	receiptDelay = 7 * day
	// margin is the time before the end of the window in which the shop opens requests instead of the
	// buyer: business time goes on while a replay is interrupted.
	margin = 2 * day

	day = 24 * time.Hour
)

// cancellation becomes one or more requests for each purchase that it cancels.
type cancellation struct {
	number, customer string
	at               time.Time
	withdrawals      []*withdrawal
}

// withdrawal is the part of a cancellation that concerns one purchase.
type withdrawal struct {
	cancellation *cancellation
	invoice      *invoice
	lines        []*invoiceLine // of the purchase's skus
	late         bool           // the return window has ended, or ends within margin
}

// phase is where the goods are at the time of the cancellation.
type phase int

const (
	unshipped phase = iota // cancelled in the hour of the purchase
	inTransit              // in the next hour
	delivered              // later
)

func (w *withdrawal) phase(step int) phase {
	return phase(min(step-w.invoice.step, int(delivered)))
}

// customerProduct identifies what a customer bought of a stock code at any price.
type customerProduct struct{ customer, code string }

// purchase is a line of a customer's invoice.
type purchase struct {
	*invoice
	line *invoiceLine
}

// recordPurchase records a purchase for later cancellations. Those of guests cannot be found again.
func (p *planner) recordPurchase(inv *invoice, line *invoiceLine) {
	if inv.customer != "" {
		at := customerProduct{inv.customer, line.sku.product}
		p.bought[at] = append(p.bought[at], purchase{inv, line})
	}
}

// addCancellation matches a good row of a cancellation with purchases: those with the price of the
// row before others, and the latest first.
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

// falseFirst orders false before true.
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

// addUnits adds units of a purchase to the cancellation.
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
