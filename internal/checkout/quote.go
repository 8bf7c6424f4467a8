package checkout

import (
	"cmp"
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// Line is what the buyer wants of one sku. Several lines of one sku count as one.
type Line struct {
	Sku      globalid.ID
	Quantity int64

	given int // the first of the buyer's lines that is merged into this one
}

// QuoteInput describes a checkout to be priced.
type QuoteInput struct {
	Lines        []Line
	Country      string // these three as in addresses, for freight and the choice of warehouses
	Region       string
	NationalCode string
	Coupons      []globalid.ID

	to region.Key // what they are
}

// Quote is a price, the parcels it would be sent in, and what stands in the way of placing it.
type Quote struct {
	Currency money.Currency
	Price    pricing.Result
	Skus     map[globalid.ID]*ent.Sku // of the lines and gifts of Price
	Parcels  []Parcel
	Problems []Problem

	to      region.Key
	holds   *holdings // of the buyer
	room    room      // that it takes of the buyer's limits
	reached []reached
}

// Problem is a reason why the checkout cannot be placed as it is.
type Problem struct {
	Fault  *fault.Error
	Skus   []globalid.ID   // OUT_OF_STOCK, NOT_SOLD: which
	Groups [][]globalid.ID // PAYMENT_ACCOUNTS_DIFFER: shops that can be paid together
}

// Parcel is what would become one sub-order.
type Parcel struct {
	Shop      globalid.ID
	Class     vocab.LogisticsClass
	Warehouse globalid.ID
	Lines     []ParcelLine
}

// ParcelLine is a part of a line of the price.
type ParcelLine struct {
	Line     int // index into Price.Lines
	Stock    globalid.ID
	Quantity int64
}

// Quote prices a checkout for the buyer in the context. Nothing is held: placing names the total
// and is refused when it has changed. Faults: UNAUTHENTICATED, FORBIDDEN, INVALID_INPUT,
// LIMIT_EXCEEDED, NOT_SOLD; what only stands in the way of placing comes back as Problems.
func (c *Checkout) Quote(ctx context.Context, in QuoteInput) (*Quote, error) {
	v, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return nil, err
	}
	now, err := c.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	faults := c.normalise(&in)
	key, wrong := region.Parse("", region.Input{
		Country: in.Country, Region: in.Region, NationalCode: in.NationalCode})
	in.to = key
	if err := append(faults, wrong...).Err(); err != nil {
		return nil, err
	}
	_, quote, err := c.priceOne(ctx, now, basket{v, &in})
	return quote, err
}

// normalise checks the input's own limits and merges lines of one sku: a row is locked once.
func (c *Checkout) normalise(in *QuoteInput) (faults fault.List) {
	switch n := len(in.Lines); {
	case n == 0:
		faults.Add("lines", fault.InvalidInput, "At least one line is needed.")
	case n > c.limits.Lines:
		faults.Add("lines", fault.LimitExceeded, "At most %d lines.", c.limits.Lines)
		return faults // naming the faults of that many lines would be no help
	}
	limit.Coupons.Within(&faults, "coupons", len(in.Coupons))
	at := map[globalid.ID]int{}
	var merged []Line
	for i, line := range in.Lines {
		if line.Quantity < 1 {
			faults.Add(fault.Path("lines", i, "quantity"), fault.InvalidInput, "At least 1.")
			continue
		}
		k, seen := at[line.Sku]
		if !seen {
			k = len(merged)
			at[line.Sku] = k
			merged = append(merged, Line{Sku: line.Sku, given: i})
		}
		if line.Quantity > c.limits.Quantity-merged[k].Quantity {
			faults.Add(fault.Path("lines", i, "quantity"), fault.LimitExceeded,
				"At most %d units of one sku.", c.limits.Quantity)
			continue
		}
		merged[k].Quantity += line.Quantity
	}
	in.Coupons = slices.Compact(slices.SortedFunc(
		slices.Values(in.Coupons), globalid.ID.Compare))
	in.Lines = merged
	return faults
}

// priceOne prices one basket by itself.
func (c *Checkout) priceOne(
	ctx context.Context, now time.Time, b basket,
) (*catalogue, *Quote, error) {
	known, live, err := c.memory.current(ctx, now, []basket{b})
	if err != nil {
		return nil, nil, err
	}
	cat, quote, err := c.price(ctx, now, known, live, b)
	if err == nil {
		err = c.nameLimits(ctx, now, b.viewer.BuyerID, cat, quote)
	}
	return cat, quote, err
}

// price runs the pure parts on what is known: the price and the split.
func (c *Checkout) price(
	ctx context.Context, now time.Time, known *snapshot, live *live, b basket,
) (*catalogue, *Quote, error) {
	cat, err := c.catalogueFor(ctx, now, known, live, b)
	if err != nil {
		return nil, nil, err
	}
	in := b.in
	input, err := cat.input(now, in)
	if err != nil {
		return nil, nil, err
	}
	quote, err := cat.quote(input)
	if err != nil {
		return nil, nil, err
	}
	if short := quote.shortGifts(); len(short) > 0 {
		// A gift that has run out is not given; it does not stand in the way of what is bought.
		input.Gifts = slices.DeleteFunc(input.Gifts, func(g pricing.Gift) bool {
			return slices.Contains(short, g.SkuID)
		})
		if quote, err = cat.quote(input); err != nil {
			return nil, nil, err
		}
	}
	quote.Problems = append(quote.Problems, cat.refused...)
	quote.holds = live.holds[b.viewer.BuyerID]
	quote.room, quote.reached = quote.holds.check(now, cat, quote)
	return cat, quote, nil
}

// quote runs the pure parts.
func (c *catalogue) quote(input pricing.Input) (*Quote, error) {
	result, err := pricing.Quote(input)
	if err != nil {
		return nil, err
	}
	quote := &Quote{Price: result, Skus: c.skus, to: input.Region}
	for _, problem := range result.Problems {
		quote.Problems = append(quote.Problems, Problem{Fault: problem})
	}
	quote.checkDelivery()
	quote.checkShops(c)
	quote.planParcels(c)
	return quote, nil
}

// checkDelivery finds what no zone of its shop's freight table takes to the region.
func (q *Quote) checkDelivery() {
	for _, group := range q.Price.Freight {
		if !group.Undelivered {
			continue
		}
		problem := Problem{Fault: fault.At("region", fault.RegionNotServed,
			"The shop does not deliver this to %s.", cmp.Or(q.to.Name(), q.to.Country()))}
		for _, line := range q.Price.Lines {
			if line.ShopID == group.ShopID && q.Skus[line.SkuID].LogisticsClass == group.Class {
				problem.Skus = append(problem.Skus, line.SkuID)
			}
		}
		q.Problems = append(q.Problems, problem)
	}
}

// shortGifts lists the gift skus of which there is too little.
func (q *Quote) shortGifts() (short []globalid.ID) {
	for _, problem := range q.Problems {
		for _, line := range q.Price.Lines {
			if line.Gift && slices.Contains(problem.Skus, line.SkuID) {
				short = append(short, line.SkuID)
			}
		}
	}
	return short
}

// input is the pure function's input from the rows.
func (c *catalogue) input(now time.Time, in *QuoteInput) (pricing.Input, error) {
	out := pricing.Input{At: now, Region: in.to, Level: c.level}
	var unsold fault.List
	for i, line := range in.Lines {
		s := c.skus[line.Sku]
		if s == nil {
			unsold.Add(fault.Path("lines", line.given, "sku"), fault.NotSold,
				"%s is not for sale.", line.Sku)
			continue
		}
		out.Lines = append(out.Lines, pricing.Line{
			Key: i, SkuID: s.ID, ProductID: s.ProductID, ShopID: s.ShopID,
			Class: s.LogisticsClass, UnitPrice: s.Price, Quantity: int(line.Quantity),
			UnitWeightGrams: s.WeightGrams,
		})
	}
	for _, p := range c.promotions {
		out.Promotions = append(out.Promotions, promotionOf(p, globalid.ID{}))
		if p.Kind != vocab.Gift {
			continue
		}
		if s := c.skus[p.Rule.Gift]; s != nil && c.shops[s.ShopID] != nil {
			out.Gifts = append(out.Gifts, pricing.Gift{SkuID: s.ID, ProductID: s.ProductID,
				ShopID: s.ShopID, Class: s.LogisticsClass, UnitPrice: s.Price,
				UnitWeightGrams: s.WeightGrams})
		}
	}
	for _, cp := range c.coupons {
		out.Promotions = append(out.Promotions, promotionOf(cp.Edges.Promotion, cp.ID))
	}
	for _, b := range c.benefits {
		out.Benefits = append(out.Benefits, pricing.Benefit{
			ID: b.ID, Kind: b.Kind, Title: b.Title, Rule: b.Rule})
	}
	for _, t := range c.templates {
		out.Freight = append(out.Freight, pricing.FreightTemplate{
			ShopID: t.ShopID, Class: t.LogisticsClass, Basis: t.Basis, Rule: t.Rule})
	}
	return out, unsold.Err()
}

func promotionOf(p *ent.Promotion, coupon globalid.ID) pricing.Promotion {
	out := pricing.Promotion{ID: p.ID, Title: p.Title, Kind: p.Kind, Scope: p.Scope, Rule: p.Rule,
		StartsAt: p.StartsAt, EndsAt: p.EndsAt, StackingGroup: p.StackingGroup, Funder: p.Funder,
		CouponID: coupon}
	if p.ShopID != nil {
		out.ShopID = *p.ShopID
	}
	return out
}

// checkShops finds out whether the shops can be paid together.
func (q *Quote) checkShops(c *catalogue) {
	accounts := map[string][]globalid.ID{}
	for _, id := range c.selling {
		s := c.shops[id]
		currency := money.Currency(s.Currency)
		if q.Currency != "" && q.Currency != currency {
			q.Problems = append(q.Problems, Problem{Fault: fault.At("lines",
				fault.CurrencyMismatch, "The skus have different currencies.")})
		}
		q.Currency = currency
		accounts[s.MerchantAccount] = append(accounts[s.MerchantAccount], id)
	}
	if len(accounts) < 2 {
		return
	}
	problem := Problem{Fault: fault.At("lines", fault.AccountsDiffer,
		"These shops cannot be paid in one payment: check out each group by itself.")}
	for _, shops := range accounts {
		problem.Groups = append(problem.Groups, shops)
	}
	slices.SortFunc(problem.Groups, func(a, b []globalid.ID) int { return a[0].Compare(b[0]) })
	q.Problems = append(q.Problems, problem)
}
