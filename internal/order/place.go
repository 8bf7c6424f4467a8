package order

import (
	"context"
	"errors"

	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/stock"
	"orderflow/internal/store"
)

// Note 买家留言 is what the buyer tells one shop.
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

// mostPlans is how often a placement is planned before it gives up for want of stock.
const mostPlans = 3

// Place places an order for the buyer in the context, at the quoted price. It is planned on an
// unlocked read; when another order takes the stock meanwhile it is planned again.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, INVALID_INPUT, LIMIT_EXCEEDED, NOT_SOLD, COUPON_UNAVAILABLE,
// BENEFIT_UNAVAILABLE, QUOTA_EXHAUSTED, PAYMENT_ACCOUNTS_DIFFER, CURRENCY_MISMATCH, PRICE_CHANGED
// and OUT_OF_STOCK (the last two as a *Refusal with the quote or the skus). After commit the order
// is PENDING_PAYMENT with a pay deadline or, with nothing to pay, AWAITING_SHIPMENT.
func (o *Orders) Place(ctx context.Context, in PlaceInput) (globalid.ID, error) {
	v, err := buyer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	checkout := QuoteInput{Lines: in.Lines, Region: in.Address.Region, Coupons: in.Coupons}
	if faults := append(o.normalise(&checkout), in.validate()...); len(faults) > 0 {
		return globalid.ID{}, faults
	}
	if ids, err := o.db.Replay(ctx); err != nil || ids != nil {
		return first(ids), err
	}
	ids, err := o.plan(ctx, v, &in, &checkout)
	if err != nil {
		// A twin under the same key may have placed meanwhile, and have taken what this one lacks.
		if twin, lost := o.db.Replay(ctx); lost == nil && twin != nil {
			return first(twin), nil
		}
	}
	return first(ids), err
}

// plan tries until the stock does, or mostPlans times.
func (o *Orders) plan(
	ctx context.Context, v *auth.Viewer, in *PlaceInput, checkout *QuoteInput,
) ([]globalid.ID, error) {
	for plan := 1; ; plan++ {
		ids, err := o.try(ctx, v, in, checkout)
		var short *stock.Short
		if !errors.As(err, &short) {
			return ids, err
		}
		if plan == mostPlans {
			return nil, o.skusOfShort(ctx, short)
		}
	}
}

// try plans on an unlocked read and places in one transaction.
func (o *Orders) try(
	ctx context.Context, v *auth.Viewer, in *PlaceInput, checkout *QuoteInput,
) ([]globalid.ID, error) {
	now, err := o.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	c, quote, err := o.price(ctx, now, v, checkout)
	if err != nil {
		return nil, err
	}
	if err := quote.refuse(in.ExpectedPayable); err != nil {
		return nil, err
	}
	ids, _, err := o.db.Command(ctx,
		func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
			d, err := o.draft(tx, v, c, quote, in)
			if err != nil {
				return nil, err
			}
			return []globalid.ID{d.order}, d.write(ctx, tx)
		})
	return ids, err
}

func first(ids []globalid.ID) (id globalid.ID) {
	if len(ids) > 0 {
		id = ids[0]
	}
	return id
}

// refuse tells why this quote cannot be placed, or nil.
func (q *Quote) refuse(expected int64) error {
	var faults fault.List
	var skus []globalid.ID
	for _, problem := range q.Problems {
		faults = append(faults, problem.Fault)
		skus = append(skus, problem.Skus...)
	}
	if len(faults) > 0 {
		return &Refusal{Faults: faults, Skus: skus}
	}
	if q.Price.Totals.Payable != expected {
		return &Refusal{Quote: q, Faults: fault.List{fault.At("expectedPayable",
			fault.PriceChanged, "The price is now %s.",
			money.Money{Amount: q.Price.Totals.Payable, Currency: q.Currency}.Text())}}
	}
	return nil
}

func (o *Orders) skusOfShort(ctx context.Context, short *stock.Short) error {
	rows, err := o.db.Client.Stock.Query().Where(stockIDs(short.Stocks)).All(ctx)
	if err != nil {
		return err
	}
	var skus []globalid.ID
	for _, row := range rows {
		skus = append(skus, row.SkuID)
	}
	return outOfStock(skus)
}

func (in *PlaceInput) validate() fault.List {
	faults := checkAddress(in.Address)
	const longestNote, mostNotes = 500, 50
	if len(in.Notes) > mostNotes {
		faults.Add("notes", fault.LimitExceeded, "At most %d notes.", mostNotes)
	}
	for i, note := range in.Notes {
		if len([]rune(note.Text)) > longestNote {
			faults.Add(field("notes", i, "text"), fault.InvalidInput,
				"At most %d characters.", longestNote)
		}
	}
	return faults
}

func checkAddress(a document.Address) (faults fault.List) {
	for _, f := range []struct {
		name, value string
		most        int
		needed      bool
	}{
		{"address.name", a.Name, 64, true},
		{"address.phone", a.Phone, 32, true},
		{"address.region", a.Region, 64, true},
		{"address.city", a.City, 64, false},
		{"address.district", a.District, 64, false},
		{"address.street", a.Street, 300, true},
	} {
		switch {
		case f.needed && f.value == "":
			faults.Add(f.name, fault.InvalidInput, "It is needed.")
		case len([]rune(f.value)) > f.most:
			faults.Add(f.name, fault.InvalidInput, "At most %d characters.", f.most)
		}
	}
	return faults
}
