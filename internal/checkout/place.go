package checkout

import (
	"context"
	"errors"
	"slices"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/region"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Note 买家留言 is what the buyer writes to one shop.
type Note struct {
	Shop globalid.ID
	Text string
}

// PlaceInput is a checkout and the total that the buyer agreed to.
type PlaceInput struct {
	Lines           []Line
	Coupons         []globalid.ID
	Address         document.Address
	Notes           []Note
	ExpectedPayable int64 // minor units, as quoted
}

// Placed is the order that Place placed. Row is all of it, as it was committed; nil when the order
// was placed before under the same idempotency key.
type Placed struct {
	Order globalid.ID
	Row   *ent.Order
}

// maxTries is how often a placement is tried before it gives up for lack of stock.
const maxTries = 3

// Place places an order for the buyer in the context, at the quoted price. Its parcels are planned
// on an unlocked read; when another order takes the stock meanwhile they are planned again.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, INVALID_INPUT, LIMIT_EXCEEDED, NOT_SOLD, COUPON_UNAVAILABLE,
// BENEFIT_UNAVAILABLE, QUOTA_EXHAUSTED, PAYMENT_ACCOUNTS_DIFFER, CURRENCY_MISMATCH, PRICE_CHANGED
// (a *PriceChanged with the quote) and OUT_OF_STOCK (an *order.Refusal with the skus). After commit
// the order is PENDING_PAYMENT with a pay deadline or, with nothing to pay, AWAITING_SHIPMENT.
func (c *Checkout) Place(ctx context.Context, in PlaceInput) (Placed, error) {
	v, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return Placed{}, err
	}
	to, faults := in.validate()
	quoted := QuoteInput{Lines: in.Lines, Coupons: in.Coupons, to: to}
	if faults = append(c.normalise(&quoted), faults...); len(faults) > 0 {
		return Placed{}, faults
	}
	p := &placement{basket: basket{v, &quoted}, in: &in}
	ids, err := c.queue.Do(ctx, p)
	if err != nil {
		return Placed{}, err
	}
	return Placed{Order: ids[0], Row: p.placed}, nil
}

// placement is a checkout that is to be placed.
type placement struct {
	basket
	in *PlaceInput

	cat    *catalogue // as it was priced last
	quote  *Quote
	placed *ent.Order // after commit
}

// placeAlone plans and places until the stock and the buyer's limits do, or maxTries times.
func (c *Checkout) placeAlone(ctx context.Context, p *placement) ([]globalid.ID, error) {
	for try := 1; ; try++ {
		ids, err := c.placeOnce(ctx, p)
		var short *stock.Short
		overtaken := errors.Is(err, errOvertaken)
		if !overtaken && !errors.As(err, &short) {
			return ids, err
		}
		if try < maxTries {
			continue
		}
		if overtaken {
			return nil, fault.New(fault.Conflict, "Other orders of yours are being placed; send it again.")
		}
		return nil, order.NameLacking(ctx, c.db.Client, err)
	}
}

// placeOnce plans on an unlocked read and places in one transaction.
func (c *Checkout) placeOnce(ctx context.Context, p *placement) ([]globalid.ID, error) {
	now, err := c.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	p.cat, p.quote, err = c.priceOne(ctx, now, p.basket)
	if err == nil {
		err = p.quote.refuse(p.in.ExpectedPayable)
	}
	if err != nil {
		// The first run under the same key may have used what this one lacks.
		if before, lost := c.db.Replay(ctx); lost != nil || before != nil {
			return before, lost
		}
		return nil, err
	}
	ids, _, err := c.db.Command(ctx,
		func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
			return c.write(ctx, tx, p)
		})
	return ids, err
}

// placeTogether plans checkouts that wait at the same moment on one read, each on what those before
// leave, and places in one transaction those that nothing stands in the way of.
func (c *Checkout) placeTogether(ctx context.Context, batch []*store.Waiting[*placement]) {
	now, err := c.db.Now(ctx)
	if err != nil {
		return
	}
	baskets := make([]basket, len(batch))
	for i, w := range batch {
		baskets[i] = w.Command.basket
	}
	known, live, err := c.memory.current(ctx, now, baskets)
	if err != nil {
		return
	}
	var planned []*store.Waiting[*placement]
	for _, w := range batch {
		p := w.Command
		p.cat, p.quote, err = c.price(ctx, now, known, live, p.basket)
		if err == nil && p.quote.refuse(p.in.ExpectedPayable) == nil {
			live.take(p.cat, p.quote)
			p.quote.holds.take(now, p.cat, p.quote)
			planned = append(planned, w)
		}
	}
	store.RunTogether(ctx, c.db, planned, nil, func(
		ctx context.Context, tx *store.Tx, w *store.Waiting[*placement],
	) ([]globalid.ID, error) {
		return c.write(ctx, tx, w.Command)
	})
}

// take lowers what is available by what an order will reserve.
func (l *live) take(cat *catalogue, q *Quote) {
	for _, parcel := range q.Parcels {
		for _, part := range parcel.Lines {
			if cat.deduction(q.Price.Lines[part.Line].SkuID) != vocab.OnOrder {
				continue
			}
			i := slices.IndexFunc(l.sources, func(s source) bool { return s.stock == part.Stock })
			l.sources[i].available -= part.Quantity
		}
	}
}

// write stores the order of a planned checkout.
func (c *Checkout) write(
	ctx context.Context, tx *store.Tx, p *placement,
) ([]globalid.ID, error) {
	d, err := c.draft(tx, p.viewer, p.cat, p.quote, p.in)
	if err != nil {
		return nil, err
	}
	tx.AfterCommit(func() { p.placed = d.order })
	return []globalid.ID{d.order.ID}, d.write(ctx)
}

// refuse says why this quote cannot be placed, or nil.
func (q *Quote) refuse(expected int64) error {
	var faults fault.List
	var skus []globalid.ID
	for _, problem := range q.Problems {
		f := *problem.Fault
		if f.Code == fault.RegionNotServed {
			f.Field = "address.region"
		}
		faults = append(faults, &f)
		skus = append(skus, problem.Skus...)
	}
	if len(faults) > 0 {
		return &order.Refusal{Faults: faults, Skus: skus}
	}
	if len(q.reached) > 0 {
		return errOvertaken // in a batch; alone it is a problem
	}
	if q.Price.Totals.Payable != expected {
		return &PriceChanged{Quote: q}
	}
	return nil
}

// validate also writes the address as it is stored.
func (in *PlaceInput) validate() (region.Key, fault.List) {
	to, faults := order.ParseAddress(&in.Address)
	limit.Notes.Within(&faults, "notes", len(in.Notes))
	for i, note := range in.Notes {
		limit.NoteText.Text(&faults, fault.Path("notes", i, "text"), note.Text)
	}
	return to, faults
}
