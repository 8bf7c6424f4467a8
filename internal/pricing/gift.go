package pricing

import (
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/money"
)

// considerGift completes the candidate of a GIFT promotion if the target qualifies.
func (b *calculation) considerGift(c candidate, base int64) (candidate, bool) {
	rule := &c.promotion.Rule
	gift, known := b.giftSkus[rule.Gift]
	if !known || base < rule.Threshold {
		return c, false
	}
	times := int64(1)
	if rule.GiftEvery > 0 {
		times = b.units(c.target) / int64(rule.GiftEvery)
	}
	// Beyond the limit the amount does not matter: addGift refuses the units.
	units, ok := money.Mul(times, int64(max(rule.GiftQuantity, 1)))
	c.gifts = int(units)
	if !ok || units > MaxQuantity {
		c.gifts = MaxQuantity + 1
	}
	if c.amount, ok = money.Mul(gift.UnitPrice, int64(c.gifts)); !ok {
		c.amount = money.Max
	}
	return c, c.gifts > 0
}

// addGift adds the gift as a line of its own that belongs to the first line of the target.
func (b *calculation) addGift(c candidate, share document.Share) error {
	if c.gifts > MaxQuantity {
		return fault.New(fault.LimitExceeded, "%q gives more than %d units.",
			c.promotion.Title, MaxQuantity)
	}
	gift := b.giftSkus[c.promotion.Rule.Gift]
	list, err := b.addList(gift.UnitPrice, c.gifts)
	if err != nil {
		return err
	}
	b.gifts = append(b.gifts, PricedLine{
		Line: Line{
			Key:             b.lines[c.target[0]].Key,
			SkuID:           gift.SkuID,
			ProductID:       gift.ProductID,
			ShopID:          gift.ShopID,
			Class:           gift.Class,
			UnitPrice:       gift.UnitPrice,
			Quantity:        c.gifts,
			UnitWeightGrams: gift.UnitWeightGrams,
		},
		Gift:   true,
		List:   list,
		Shares: []document.Share{share},
	})
	return nil
}
