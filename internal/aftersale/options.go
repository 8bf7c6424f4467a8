package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Options are what can be requested about a sub-order now.
type Options struct {
	SubOrder globalid.ID
	Together Offers // of all its lines at once; empty when one line was asked about
	Lines    []LineOffers
}

// LineOffers are what can be requested about one line.
type LineOffers struct {
	Item globalid.ID
	Offers
}

// Offers are requests that are possible now, and kinds of which none is.
type Offers struct {
	Possible []Offer
	Refused  []Refused
}

// Offer is a request that is possible now, with the most that it can be about.
type Offer struct {
	Kind   vocab.AfterSaleKind
	Goods  vocab.GoodsPlace
	Way    vocab.WayBack // empty for none
	Parcel *globalid.ID
	// Named are the lines that the request names; what else a preview has are gifts.
	Named     []globalid.ID
	GoodsBack bool
	Terms     []Terms
}

// Terms are what an offer comes to when one side is liable.
type Terms struct {
	Liable  vocab.LiableSide
	Reasons []vocab.AfterSaleReason
	Preview *Preview
}

// Refused is why nothing of a kind can be requested: as a name, and as the command would say it.
type Refused struct {
	Kind     vocab.AfterSaleKind
	Obstacle Obstacle
	Fault    *fault.Error
}

// OrderOptions are what the viewer can request now about each sub-order that is theirs: what
// Request, or OpenForBuyer for staff, would take, found by the same functions.
//
// The buyer, merchants of the shops, support and platform staff may call it. Faults: NOT_FOUND,
// LIMIT_EXCEEDED when the order has too many lines for one answer. It changes nothing.
func (s *AfterSales) OrderOptions(ctx context.Context, id globalid.ID) ([]Options, error) {
	return s.options(ctx, id, func(*ent.OrderItem) bool { return true })
}

// ItemOptions is OrderOptions for one line of an order.
func (s *AfterSales) ItemOptions(ctx context.Context, id globalid.ID) ([]Options, error) {
	item, err := s.db.Client.OrderItem.Get(ctx, id)
	if ent.IsNotFound(err) {
		return nil, fault.At("item", fault.NotFound, "There is no such line.")
	}
	if err != nil {
		return nil, err
	}
	found, err := s.options(ctx, item.OrderID,
		func(it *ent.OrderItem) bool { return it.ID == id })
	if fault.Is(err, fault.NotFound) {
		return nil, fault.At("item", fault.NotFound, "There is no such line.")
	}
	return found, err
}

func (s *AfterSales) options(
	ctx context.Context, id globalid.ID, wanted func(*ent.OrderItem) bool,
) ([]Options, error) {
	v, err := auth.Require(ctx, vocab.Buyer, vocab.Merchant, vocab.Support, vocab.Platform)
	if err != nil {
		return nil, err
	}
	none := fault.At("order", fault.NotFound, "There is no such order.")
	l, err := order.Read(ctx, s.db.Client, id)
	if ent.IsNotFound(err) {
		return nil, none
	}
	if err != nil {
		return nil, err
	}
	items := map[globalid.ID][]*ent.OrderItem{}
	lines := 0
	for _, it := range l.Items {
		if v.Concerns(it.BuyerID, it.ShopID) && wanted(it) {
			items[it.SubOrderID] = append(items[it.SubOrderID], it)
			lines++
		}
	}
	if lines == 0 {
		return nil, none
	}
	var faults fault.List
	limit.RequestLines.Within(&faults, "order", lines)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return s.optionsOf(ctx, v, l, items)
}

// optionsOf finds the options of the sub-orders that have some of the items.
func (s *AfterSales) optionsOf(
	ctx context.Context, v *auth.Viewer, l *order.Locked, items map[globalid.ID][]*ent.OrderItem,
) ([]Options, error) {
	now, err := s.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	left := &Preview{}
	if err := s.refundsLeft(ctx, l.Order.ID, left); err != nil {
		return nil, err
	}
	var all []Options
	for _, sub := range l.Subs {
		if len(items[sub.ID]) == 0 {
			continue
		}
		d := &requestDraft{client: s.db.Client, l: l, sub: sub, now: now}
		if err := d.read(ctx); err != nil {
			return nil, err
		}
		d.askedBy(s, v)
		found, err := (&offering{draft: d, left: left}).options(ctx, items[sub.ID])
		if err != nil {
			return nil, err
		}
		all = append(all, found)
	}
	return all, nil
}
