package pricing

import (
	"cmp"
	"slices"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// candidate is a promotion with its effect on a target, before stacking groups are resolved.
type candidate struct {
	promotion *Promotion
	target    []int
	amount    int64 // what it takes off; of a gift, the list price
	gifts     int   // units given
}

// applyScope computes the effect of every promotion of the scope on the present amounts, drops
// those that their stacking group excludes and applies the rest.
func (b *calculation) applyScope(scope vocab.PromotionScope) error {
	var candidates []candidate
	for i := range b.promotions {
		p := &b.promotions[i]
		if p.Scope != scope {
			continue
		}
		for _, target := range b.targets(p) {
			if c, ok := b.consider(p, target); ok {
				candidates = append(candidates, c)
			}
		}
	}
	for _, c := range exclusive(candidates) {
		if err := b.apply(c); err != nil {
			return err
		}
	}
	return nil
}

// targets are the sets of lines that the promotion applies to separately.
func (b *calculation) targets(p *Promotion) [][]int {
	groups := [][]int{b.all}
	switch {
	case p.Kind == vocab.SecondItem, p.Scope == vocab.ItemScope && p.Kind != vocab.CouponOff:
		groups = b.bySku
	case p.Scope == vocab.ShopScope && p.Kind != vocab.CouponOff:
		groups = b.byShop
	}
	if p.ShopID.IsZero() && len(p.Rule.Skus) == 0 {
		return groups
	}
	skus := make(map[globalid.ID]bool, len(p.Rule.Skus))
	for _, id := range p.Rule.Skus {
		skus[id] = true
	}
	var targets [][]int
	for _, group := range groups {
		var target []int
		for _, i := range group {
			l := &b.lines[i]
			if (p.ShopID.IsZero() || p.ShopID == l.ShopID) && (len(skus) == 0 || skus[l.SkuID]) {
				target = append(target, i)
			}
		}
		if len(target) > 0 {
			targets = append(targets, target)
		}
	}
	return targets
}

// consider computes the effect of the promotion on the target; ok is false for none.
func (b *calculation) consider(p *Promotion, target []int) (c candidate, ok bool) {
	c = candidate{promotion: p, target: target}
	base := b.payable(target)
	if p.Kind == vocab.Gift {
		return b.considerGift(c, base)
	}
	c.amount = min(base, p.discount(base, b.units(target)))
	return c, c.amount > 0
}

// discount is what a promotion other than a gift takes off units that cost base together.
func (p *Promotion) discount(base, units int64) int64 {
	rule := &p.Rule
	percent := int64(min(max(rule.Percent, 0), 100))
	switch p.Kind {
	case vocab.FullReduction:
		var highest document.ReductionStep
		for _, step := range rule.Steps {
			if base >= step.Threshold && step.Threshold >= highest.Threshold {
				highest = step
			}
		}
		return highest.Amount
	case vocab.SecondItem:
		return money.Portion(base, units/2*percent, units*100)
	case vocab.Percentage, vocab.FixedAmount, vocab.CouponOff:
		if base < rule.Threshold {
			return 0
		}
		if p.Kind == vocab.Percentage || p.Kind == vocab.CouponOff && rule.Amount == 0 {
			return money.Portion(base, percent, 100)
		}
		return rule.Amount
	}
	return 0
}

// units is how many pieces the lines have together.
func (b *calculation) units(lines []int) (sum int64) {
	for _, i := range lines {
		sum += int64(b.lines[i].Quantity)
	}
	return sum
}

// exclusive keeps one candidate of each stacking group per line: the best first, so a candidate is
// dropped when a better one of its group has one of its lines. The order stays.
func exclusive(candidates []candidate) []candidate {
	type claim struct {
		line  int
		group string
	}
	claimed := map[claim]bool{}
	dropped := make([]bool, len(candidates))
	for _, n := range bestFirst(candidates) {
		c := &candidates[n]
		group := c.promotion.StackingGroup
		if group == "" {
			continue
		}
		dropped[n] = slices.ContainsFunc(c.target, func(i int) bool {
			return claimed[claim{i, group}]
		})
		if dropped[n] {
			continue
		}
		for _, i := range c.target {
			claimed[claim{i, group}] = true
		}
	}
	var kept []candidate
	for n, c := range candidates {
		if !dropped[n] {
			kept = append(kept, c)
		}
	}
	return kept
}

// bestFirst orders positions by amount; equal amounts stay in the order of promotion ids.
func bestFirst(candidates []candidate) []int {
	order := make([]int, len(candidates))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(x, y int) int {
		return cmp.Compare(candidates[y].amount, candidates[x].amount)
	})
	return order
}

// apply takes a candidate's discount off its target, or adds its gift.
func (b *calculation) apply(c candidate) error {
	p := c.promotion
	share := document.Share{
		Source: vocab.FromPromotion, Funder: p.Funder, Ref: p.ID, Label: p.Title, Amount: c.amount,
	}
	if p.Kind == vocab.CouponOff {
		share.Source = vocab.FromCoupon
	}
	if p.Kind == vocab.Gift {
		b.taken[p.ID] += c.amount
		return b.addGift(c, share)
	}
	if taken := b.takeOff(c.target, share); taken > 0 {
		b.taken[p.ID] += taken
	}
	return nil
}
