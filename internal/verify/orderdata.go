package verify

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// orderData is all rows that belong to one order.
type orderData struct {
	*ent.Order
	subs         []*ent.SubOrder // by id
	items        []*ent.OrderItem
	payments     []*ent.Payment
	refunds      []*ent.Refund // each with its lines
	events       []*ent.Event  // by sequence
	memos        []*ent.Memo
	reservations []*ent.Reservation
	coupons      []*ent.Coupon
	benefits     []*ent.BenefitUse
	reviews      []*ent.Review
	movements    []movementSum
	shipments    []*ent.Shipment            // by id, each with its items and track
	transfers    []*ent.StockTransfer       // by id
	addresses    []*ent.AddressChange       // by id
	shortages    []*ent.Shortage            // by id
	requests     []*ent.AfterSale           // by id, each with its lines and messages
	intercepts   []*ent.Interception        // by id
	stocks       map[globalid.ID]*ent.Stock // at least those of the reservations
}

// movementSum sums the movements of one reservation on one stock row.
type movementSum struct {
	order, reservation, stock globalid.ID
	taken, net, sent, rows    int64
}

// rows is how many rows these are. Movements count by their sums, stock rows by their walk.
func (b *orderData) rows() int64 {
	n := 1 + len(b.subs) + len(b.items) + len(b.payments) + len(b.refunds) + len(b.events) +
		len(b.memos) + len(b.reservations) + len(b.coupons) + len(b.benefits) + len(b.reviews) +
		len(b.shipments) + len(b.transfers) + len(b.addresses) +
		len(b.shortages) + len(b.requests) + len(b.intercepts)
	for _, refund := range b.refunds {
		n += len(refund.Edges.Lines)
	}
	for _, p := range b.shipments {
		n += len(p.Edges.Items) + len(p.Edges.Tracking)
	}
	for _, a := range b.requests {
		n += len(a.Edges.Lines) + len(a.Edges.Messages)
	}
	for _, m := range b.movements {
		n += int(m.rows)
	}
	return int64(n)
}

func (b *orderData) item(id globalid.ID) *ent.OrderItem {
	return find(b.items, func(it *ent.OrderItem) bool { return it.ID == id })
}

func (b *orderData) sub(id globalid.ID) *ent.SubOrder {
	return find(b.subs, func(s *ent.SubOrder) bool { return s.ID == id })
}

func (b *orderData) payment(id globalid.ID) *ent.Payment {
	return find(b.payments, func(p *ent.Payment) bool { return p.ID == id })
}

func (b *orderData) transfer(id globalid.ID) *ent.StockTransfer {
	return find(b.transfers, func(t *ent.StockTransfer) bool { return t.ID == id })
}

func (b *orderData) shipment(id globalid.ID) *ent.Shipment {
	return find(b.shipments, func(p *ent.Shipment) bool { return p.ID == id })
}

func (b *orderData) request(id globalid.ID) *ent.AfterSale {
	return find(b.requests, func(a *ent.AfterSale) bool { return a.ID == id })
}

// paid reports whether the order was ever paid.
func (b *orderData) paid() bool { return b.PaidAt != nil }

// unpaid reports whether the order waits for a payment.
func (b *orderData) unpaid() bool {
	return b.Status == vocab.PendingPayment || b.Status == vocab.PaymentFailed
}

// live reports whether a refund reserves its amount. A CLOSED one has passed it to its successor.
func live(r *ent.Refund) bool { return r.Status != vocab.RefundClosed }

// open reports whether an after-sale request is not over.
func open(a *ent.AfterSale) bool { return !slices.Contains(vocab.AfterSaleFinal, a.Status) }

// holding reports whether a request itself reserves its units and its money; for one that is
// REFUNDING its refund does.
func holding(a *ent.AfterSale) bool { return open(a) && a.Status != vocab.AfterSaleRefunding }

// unresolved reports whether a shortage locks its units.
func unresolved(s *ent.Shortage) bool {
	return s.Status == vocab.ShortageOpen || s.Status == vocab.ShortageOffered ||
		s.Status == vocab.ShortageWaiting
}

// find returns the row that fits, or nil.
func find[T any](rows []*T, fits func(*T) bool) *T {
	if i := slices.IndexFunc(rows, fits); i >= 0 {
		return rows[i]
	}
	return nil
}

// value is the value of an optional column, zero for NULL.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
