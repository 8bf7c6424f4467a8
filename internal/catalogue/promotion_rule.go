package catalogue

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent/shop"
	"orderflow/ent/sku"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	maxSteps = 50
	maxSkus  = 200
	maxGifts = 1000 // of one promotion in one line
)

// rule checks that a rule has the numbers of its kind, and no others.
func (c *check) rule(
	kind vocab.PromotionKind, scope vocab.PromotionScope, rule document.PromotionRule,
) {
	oneOf(c, "kind", kind, vocab.FullReduction, vocab.Percentage, vocab.FixedAmount,
		vocab.SecondItem, vocab.Gift, vocab.CouponOff)
	if kind == vocab.SecondItem && scope != vocab.ItemScope {
		c.wrong("scope", "SECOND_ITEM looks at one sku: the scope must be ITEM.")
	}
	c.count("rule.skus", len(rule.Skus), maxSkus)
	seen := map[globalid.ID]bool{}
	for i, id := range rule.Skus[:min(len(rule.Skus), maxSkus)] {
		if seen[id] {
			c.wrong(fmt.Sprintf("rule.skus[%d]", i), "The sku is named twice.")
		}
		seen[id] = true
	}
	if kind == vocab.FullReduction {
		c.steps(rule.Steps)
	} else {
		c.unused("rule.steps", int64(len(rule.Steps)))
	}
	c.reductions(kind, rule)
	c.gift(kind, rule)
}

func (c *check) steps(steps []document.ReductionStep) {
	c.count("rule.steps", len(steps), maxSteps)
	if len(steps) == 0 {
		c.wrong("rule.steps", "A full reduction needs a step.")
	}
	var last document.ReductionStep
	for i, step := range steps[:min(len(steps), maxSteps)] {
		at := fmt.Sprintf("rule.steps[%d]", i)
		c.number(at+".threshold", step.Threshold, last.Threshold+1, maxAmount)
		c.number(at+".amount", step.Amount, last.Amount+1, max(step.Threshold, 1))
		last = step
	}
}

func (c *check) reductions(kind vocab.PromotionKind, rule document.PromotionRule) {
	percent := int64(rule.Percent)
	switch kind {
	case vocab.Percentage, vocab.SecondItem:
		c.number("rule.percent", percent, 1, 100)
		c.unused("rule.amount", rule.Amount)
	case vocab.FixedAmount:
		c.number("rule.amount", rule.Amount, 1, maxAmount)
		c.unused("rule.percent", percent)
	case vocab.CouponOff:
		if rule.Amount == 0 {
			c.number("rule.percent", percent, 1, 100)
			break
		}
		c.number("rule.amount", rule.Amount, 1, maxAmount)
		if percent != 0 {
			c.wrong("rule.percent", "A coupon takes off an amount or a percentage, not both.")
		}
	default:
		c.unused("rule.percent", percent)
		c.unused("rule.amount", rule.Amount)
	}
	switch kind {
	case vocab.FullReduction, vocab.SecondItem:
		c.unused("rule.threshold", rule.Threshold)
	default:
		c.number("rule.threshold", rule.Threshold, 0, maxAmount)
	}
}

func (c *check) gift(kind vocab.PromotionKind, rule document.PromotionRule) {
	if kind != vocab.Gift {
		if !rule.Gift.IsZero() {
			c.wrong("rule.gift", "This has no meaning for this kind.")
		}
		c.unused("rule.giftQuantity", int64(rule.GiftQuantity))
		c.unused("rule.giftEvery", int64(rule.GiftEvery))
		return
	}
	if rule.Gift.IsZero() {
		c.wrong("rule.gift", "A gift promotion names the sku that it gives.")
	}
	c.number("rule.giftQuantity", int64(rule.GiftQuantity), 1, maxGifts)
	c.number("rule.giftEvery", int64(rule.GiftEvery), 0, maxQuantity)
}

// references checks that the shop and the skus exist and that the skus are the shop's. A promotion
// of the platform may name skus of any shop.
func (in PromotionInput) references(ctx context.Context, tx *store.Tx) error {
	ids := in.Rule.Skus
	if !in.Rule.Gift.IsZero() {
		ids = append([]globalid.ID{in.Rule.Gift}, ids...)
	}
	query := tx.Sku.Query().Where(sku.IDIn(ids...))
	if !in.Shop.IsZero() {
		known, err := tx.Shop.Query().Where(shop.ID(in.Shop)).Exist(ctx)
		if err != nil {
			return err
		}
		if !known {
			return notFound("shop")
		}
		query.Where(sku.ShopID(in.Shop))
	}
	if len(ids) == 0 {
		return nil
	}
	known, err := query.IDs(ctx)
	if err != nil {
		return err
	}
	var c check
	if !in.Rule.Gift.IsZero() {
		c.known("rule.gift", in.Rule.Gift, known)
	}
	for i, id := range in.Rule.Skus {
		c.known(fmt.Sprintf("rule.skus[%d]", i), id, known)
	}
	return c.faults.Err()
}

func (c *check) known(field string, id globalid.ID, known []globalid.ID) {
	if !slices.Contains(known, id) {
		c.faults.Add(field, fault.NotFound, "There is no such object.")
	}
}
