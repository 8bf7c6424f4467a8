package pricing_test

import (
	"testing"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

var giftSku = pricing.Gift{
	SkuID: sku(90), ProductID: id(globalid.Product, 90), ShopID: shop(1),
	Class: vocab.ColdChain, UnitPrice: 250, UnitWeightGrams: 100,
}

func giftRule(quantity, every int, threshold int64) document.PromotionRule {
	return document.PromotionRule{
		Gift: giftSku.SkuID, GiftQuantity: quantity, GiftEvery: every, Threshold: threshold,
	}
}

func TestGiftsAreLinesWithNothingToPay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		scope vocab.PromotionScope
		rule  document.PromotionRule
		want  map[int]int // main line → units given
	}{
		{"one for each two of a sku", item, giftRule(1, 2, 0), map[int]int{1: 1, 2: 2}},
		{"three for each three in the shop", store, giftRule(3, 3, 0), map[int]int{1: 6}},
		{"once, from a threshold on", order, giftRule(0, 0, 8000), map[int]int{1: 1}},
		{"not enough bought", item, giftRule(1, 6, 0), nil},
		{"threshold not reached", order, giftRule(1, 0, 8001), nil},
		{"gift unknown", item, document.PromotionRule{Gift: sku(91)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quote(t, pricing.Input{
				Lines:      []pricing.Line{line(1, 1000, 3), line(2, 1000, 5)},
				Promotions: []pricing.Promotion{promotion(1, vocab.Gift, c.scope, c.rule)},
				Gifts:      []pricing.Gift{giftSku},
			})
			gifts := r.Lines[2:]
			if len(gifts) != len(c.want) || (len(r.Promotions) == 1) != (len(c.want) > 0) {
				t.Fatalf("gifts %+v by %+v", gifts, r.Promotions)
			}
			for _, g := range gifts {
				if g.Quantity != c.want[g.Key] || !g.Gift || g.SkuID != giftSku.SkuID {
					t.Errorf("gift %+v", g)
				}
				whole := int64(g.Quantity) * giftSku.UnitPrice
				if g.List != whole || g.Payable != 0 || len(g.Shares) != 1 ||
					g.Shares[0].Amount != whole || g.Shares[0].Ref != r.Promotions[0].PromotionID {
					t.Errorf("gift price %+v", g)
				}
			}
			if r.Totals.Payable != 8000 || r.Totals.List != 8000+r.Totals.Discount {
				t.Errorf("totals %+v", r.Totals)
			}
		})
	}
}

func TestGiftsTravelFree(t *testing.T) {
	t.Parallel()
	zone := document.FreightRule{Zones: []document.FreightZone{{FirstFee: 700}}}
	r := quote(t, pricing.Input{
		Lines:      []pricing.Line{line(1, 1000, 1)},
		Promotions: []pricing.Promotion{promotion(1, vocab.Gift, item, giftRule(1, 1, 0))},
		Gifts:      []pricing.Gift{giftSku},
		Freight: []pricing.FreightTemplate{
			{ShopID: shop(1), Class: vocab.Ordinary, Basis: vocab.ByPiece, Rule: zone},
			{ShopID: shop(1), Class: vocab.ColdChain, Basis: vocab.ByPiece, Rule: zone},
		},
	})
	if len(r.Freight) != 2 || r.Totals.Freight != 700 {
		t.Fatalf("freight %+v", r.Freight)
	}
	if cold := r.Freight[0]; cold.Class != vocab.ColdChain || cold.Base != 0 || cold.Pieces != 0 {
		t.Errorf("the gift's group: %+v", cold)
	}
}

func TestTooManyGiftsAreRefused(t *testing.T) {
	t.Parallel()
	for _, quantity := range []int{pricing.MaxQuantity + 1, 1 << 62} {
		_, err := pricing.Quote(pricing.Input{
			At:    now,
			Lines: []pricing.Line{line(1, 1, 8)},
			Promotions: []pricing.Promotion{
				promotion(1, vocab.Gift, item, giftRule(quantity, 1, 0)),
			},
			Gifts: []pricing.Gift{giftSku},
		})
		if !fault.Is(err, fault.LimitExceeded) {
			t.Errorf("%d for each: %v", quantity, err)
		}
	}
}
