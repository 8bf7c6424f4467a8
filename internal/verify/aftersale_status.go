package verify

import (
	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// requestStatus compares the columns of an after-sale request with its status.
func (r *run) requestStatus() func(*orderData) {
	c := r.check(9, "status.after_sales", "an open request has a deadline unless it is REFUNDING, "+
		"one that is over the time of its end, and each what its status needs; a sub-order counts "+
		"its open ones, and its receipt waits only for one")
	return func(b *orderData) {
		counted := map[globalid.ID]int{}
		for _, a := range b.requests {
			c.Rows++
			if open(a) {
				counted[a.SubOrderID]++
			}
			if (a.DueAt != nil) != holding(a) || (a.EndedAt != nil) == open(a) || !fitsStatus(a) {
				c.fail(a.ID, "%s %s of goods %s by %q, due at %v, ended at %v; gone back: %t",
					a.Status, a.Kind, a.Goods, value(a.Way), a.DueAt, a.EndedAt, a.GoodsBack)
			}
		}
		for _, sub := range b.subs {
			c.Rows++
			// A trade that closes keeps the time until its last request is over.
			waits := sub.OpenRequests > 0 &&
				(sub.Status == vocab.Shipped || sub.Status == vocab.Closed)
			if sub.OpenRequests != counted[sub.ID] || sub.PausedAt != nil && !waits ||
				sub.PausedSeconds < 0 {
				c.fail(sub.ID, "%s with %d open requests of %d, paused at %v, for %d s before",
					sub.Status, sub.OpenRequests, counted[sub.ID], sub.PausedAt,
					sub.PausedSeconds)
			}
		}
	}
}

// fitsStatus reports whether a request has the columns that its status and its goods need.
func fitsStatus(a *ent.AfterSale) bool {
	transit := a.Goods == vocab.GoodsInTransit
	fits := (a.ShipmentID != nil || !transit) && (transit || a.Way == nil) &&
		(a.ShipmentID == nil || a.Goods != vocab.GoodsUnshipped)
	switch a.Status {
	case vocab.AfterSaleAwaitingBuyer:
		return fits && a.Proposal != nil
	case vocab.AfterSaleRejected:
		return fits && a.Rejection != nil
	case vocab.AfterSaleAwaitingInterception, vocab.AfterSaleAwaitingChoice,
		vocab.AfterSaleAwaitingRefusal:
		return fits && transit
	case vocab.AfterSaleAwaitingReturn:
		return fits && a.ReturnWarehouseID != nil && len(a.ReturnAddress) > 0 && !a.GoodsBack
	case vocab.AfterSaleReturnInTransit:
		return fits && a.GoodsBack
	case vocab.AfterSaleReshipping:
		return fits && reships(a)
	default:
		return fits
	}
}

// reships reports whether a request ends with goods that are sent.
func reships(a *ent.AfterSale) bool { return a.Kind == vocab.Exchange || a.Kind == vocab.Reship }

// shortageStatus compares the columns of a shortage with its status.
func (r *run) shortageStatus() func(*orderData) {
	c := r.check(9, "status.shortages", "a shortage that waits for somebody has a deadline, one "+
		"that is over the time of its end; one that waits for a transfer lacks what that still "+
		"brings")
	return func(b *orderData) {
		for _, s := range b.shortages {
			c.Rows++
			awaited := s.Status == vocab.ShortageOpen || s.Status == vocab.ShortageOffered
			over := s.Status == vocab.ShortageResolved ||
				s.Status == vocab.ShortageRefunded
			fits := (s.DueAt != nil) == awaited && (s.EndedAt != nil) == over && s.Quantity > 0
			switch s.Status {
			case vocab.ShortageOffered:
				fits = fits && len(s.Options) > 0
			case vocab.ShortageWaiting:
				t := b.transfer(value(s.TransferID))
				fits = fits && t != nil && value(t.ItemID) == s.ItemID &&
					t.Quantity-t.ReceivedQuantity == s.Quantity &&
					(t.Status == vocab.TransferRequested ||
						t.Status == vocab.TransferShipped)
			}
			if !fits {
				c.fail(s.ID, "%s of %d, due at %v, ended at %v, options %v, transfer %q", s.Status,
					s.Quantity, s.DueAt, s.EndedAt, s.Options, value(s.TransferID))
			}
		}
	}
}

// interceptionStatus compares interceptions with the requests that they belong to.
func (r *run) interceptionStatus() func(*orderData) {
	c := r.check(9, "status.interceptions", "a request that is AWAITING_INTERCEPTION has one that "+
		"is open, of its parcel, and no other has one; one that is over has the time of its end")
	return func(b *orderData) {
		running := map[globalid.ID]int{}
		for _, i := range b.intercepts {
			c.Rows++
			p, a := b.shipment(i.ShipmentID), b.request(i.AfterSaleID)
			fits := p != nil && p.Purpose == vocab.OrderParcel && a != nil
			if pending(i) {
				running[i.AfterSaleID]++
				fits = fits && value(a.ShipmentID) == i.ShipmentID
			}
			if !fits || (i.EndedAt != nil) == pending(i) {
				c.fail(i.ID, "%s of parcel %s, ended at %v", i.Status, i.ShipmentID, i.EndedAt)
			}
		}
		for _, a := range b.requests {
			c.Rows++
			want := 0
			if a.Status == vocab.AfterSaleAwaitingInterception {
				want = 1
			}
			if running[a.ID] != want {
				c.fail(a.ID, "%s, with %d open interceptions", a.Status, running[a.ID])
			}
		}
	}
}

// pending reports whether the courier may still answer.
func pending(i *ent.Interception) bool {
	switch i.Status {
	case vocab.InterceptionRequested, vocab.InterceptionAsked,
		vocab.InterceptionUnknown, vocab.InterceptionAccepted:
		return true
	default:
		return false
	}
}
