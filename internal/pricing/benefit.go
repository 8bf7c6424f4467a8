package pricing

import (
	"orderflow/internal/document"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// applyReductions takes the level discount and then the new-customer reduction off the goods.
func (b *calculation) applyReductions() {
	for _, kind := range []vocab.BenefitKind{vocab.LevelDiscount, vocab.NewCustomer} {
		benefit, ok := b.bestBenefit(kind)
		if !ok {
			continue
		}
		share := benefit.share(worth(benefit.Rule, kind))
		if kind == vocab.LevelDiscount {
			share.Amount = money.Portion(b.payable(b.all), share.Amount, 100)
		}
		b.use(benefit, b.takeOff(b.all, share))
	}
}

// applyFreeShipping covers the freight of every group.
func (b *calculation) applyFreeShipping() {
	benefit, ok := b.bestBenefit(vocab.FreeShipping)
	if !ok {
		return
	}
	var covered int64
	for i := range b.freight {
		g := &b.freight[i]
		if g.Base == 0 {
			continue
		}
		g.Shares = append(g.Shares, benefit.share(g.Base))
		g.Payable = 0
		covered += g.Base
	}
	b.use(benefit, covered)
}

// bestBenefit is the one of a kind that the buyer's level allows and that gives most; of equals,
// the one with the lowest id.
func (b *calculation) bestBenefit(kind vocab.BenefitKind) (best Benefit, found bool) {
	for _, m := range b.in.Benefits {
		if m.Kind != kind || b.in.Level < m.Rule.MinLevel {
			continue
		}
		gain := worth(m.Rule, kind) - worth(best.Rule, kind)
		if !found || gain > 0 || gain == 0 && m.ID.Compare(best.ID) < 0 {
			best, found = m, true
		}
	}
	return best, found
}

// worth is the number by which benefits of one kind are compared; never negative.
func worth(rule document.BenefitRule, kind vocab.BenefitKind) int64 {
	switch kind {
	case vocab.LevelDiscount:
		return int64(min(max(rule.Percent, 0), 100))
	case vocab.NewCustomer:
		return max(rule.Amount, 0)
	}
	return 0
}

func (m Benefit) share(amount int64) document.Share {
	return document.Share{
		Source: vocab.FromBenefit, Funder: vocab.FundedByPlatform,
		Ref: m.ID, Label: m.Title, Amount: amount,
	}
}

// use records a benefit that changed the price.
func (b *calculation) use(m Benefit, amount int64) {
	if amount > 0 {
		b.benefits = append(b.benefits, BenefitUse{BenefitID: m.ID, Kind: m.Kind, Amount: amount})
	}
}
