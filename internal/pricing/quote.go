package pricing

import (
	"slices"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// Quote prices a checkout. It is pure and safe to call from anywhere. Faults: INVALID_INPUT for no
// lines or a quantity below 1, LIMIT_EXCEEDED for too many lines, too large a quantity or an amount
// above money.Max. Chosen coupons that do not apply are in Result.Problems. An ordinary error
// means that the caller's data is invalid, such as a negative price.
func Quote(in Input) (Result, error) {
	b, err := open(in)
	if err != nil {
		return Result{}, err
	}
	for _, scope := range []vocab.PromotionScope{
		vocab.ItemScope, vocab.ShopScope, vocab.OrderScope,
	} {
		if err := b.applyScope(scope); err != nil {
			return Result{}, err
		}
	}
	b.applyReductions()
	if err := b.chargeFreight(); err != nil {
		return Result{}, err
	}
	b.applyFreeShipping()
	return b.result()
}

// calculation is the state of a quote while it is computed.
type calculation struct {
	in         Input
	lines      []PricedLine // the input's
	gifts      []PricedLine
	list       int64 // Σ List of both
	bySku      [][]int
	byShop     [][]int
	all        []int
	promotions []Promotion // that may apply, by id
	giftSkus   map[globalid.ID]Gift
	taken      map[globalid.ID]int64 // by promotions that applied
	benefits   []BenefitUse
	freight    []FreightGroup
}

// open validates the input and starts from the list prices.
func open(in Input) (*calculation, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	b := &calculation{
		in:         in,
		lines:      make([]PricedLine, len(in.Lines)),
		promotions: in.livePromotions(),
		giftSkus:   make(map[globalid.ID]Gift, len(in.Gifts)),
		taken:      map[globalid.ID]int64{},
	}
	for _, g := range in.Gifts {
		b.giftSkus[g.SkuID] = g
	}
	for i, l := range in.Lines {
		list, err := b.addList(l.UnitPrice, l.Quantity)
		if err != nil {
			return nil, err
		}
		b.lines[i] = PricedLine{Line: l, List: list, Payable: list}
		b.all = append(b.all, i)
	}
	b.bySku = groupBy(in.Lines, func(l Line) globalid.ID { return l.SkuID })
	b.byShop = groupBy(in.Lines, func(l Line) globalid.ID { return l.ShopID })
	return b, nil
}

// addList counts a line's list price in.
func (b *calculation) addList(unitPrice int64, quantity int) (int64, error) {
	list, ok := money.Mul(unitPrice, int64(quantity))
	if ok {
		b.list, ok = money.Add(b.list, list)
	}
	if !ok {
		return 0, tooLarge()
	}
	return list, nil
}

// groupBy returns the positions of lines with one key, in the order of first appearance.
func groupBy(lines []Line, key func(Line) globalid.ID) [][]int {
	var groups [][]int
	place := map[globalid.ID]int{}
	for i, l := range lines {
		at, known := place[key(l)]
		if !known {
			at = len(groups)
			place[key(l)] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], i)
	}
	return groups
}

// takeOff allocates a discount to lines, at most what is left of them, and returns its amount.
func (b *calculation) takeOff(lines []int, share document.Share) int64 {
	left := make([]int64, len(lines))
	var sum int64
	for n, i := range lines {
		left[n] = b.lines[i].Payable
		sum += left[n]
	}
	taken := min(share.Amount, sum)
	for n, part := range money.Allocate(taken, left) {
		if part == 0 {
			continue
		}
		share.Amount = part
		line := &b.lines[lines[n]]
		line.Shares = append(line.Shares, share)
		line.Payable -= part
	}
	return taken
}

// payable is what is left of lines.
func (b *calculation) payable(lines []int) (sum int64) {
	for _, i := range lines {
		sum += b.lines[i].Payable
	}
	return sum
}

// result sums up the calculation.
func (b *calculation) result() (Result, error) {
	r := Result{
		Lines:    append(b.lines, b.gifts...),
		Freight:  b.freight,
		Benefits: b.benefits,
		Totals:   Totals{List: b.list, Goods: b.payable(b.all)},
	}
	t := &r.Totals
	t.Discount = t.List - t.Goods
	for _, g := range b.freight {
		t.FreightBase += g.Base // chargeFreight keeps the sum within money.Max
		t.Freight += g.Payable
	}
	t.FreightDiscount = t.FreightBase - t.Freight
	var ok bool
	if t.Payable, ok = money.Add(t.Goods, t.Freight); !ok {
		return Result{}, tooLarge()
	}
	slices.SortFunc(r.Benefits, func(x, y BenefitUse) int {
		return x.BenefitID.Compare(y.BenefitID)
	})
	r.Promotions, r.Problems = b.outcome()
	return r, nil
}

// outcome lists the promotions that applied and the chosen coupons that did not.
func (b *calculation) outcome() (uses []PromotionUse, problems fault.List) {
	for _, p := range slices.SortedFunc(slices.Values(b.in.Promotions), byID) {
		amount, applied := b.taken[p.ID]
		switch {
		case applied:
			uses = append(uses, PromotionUse{p.ID, p.CouponID, amount})
		case p.Kind == vocab.CouponOff && !p.CouponID.IsZero():
			problems.Add("", fault.CouponNotApplicable,
				"The coupon %s (%s) does not apply to these goods.", p.CouponID, p.Title)
		}
	}
	return uses, problems
}

func byID(x, y Promotion) int { return x.ID.Compare(y.ID) }

func tooLarge() error {
	return fault.New(fault.LimitExceeded, "The amount of this order is too large.")
}
