package pricing

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// groupKey is what freight is charged by.
type groupKey struct {
	shop  globalid.ID
	class vocab.LogisticsClass
}

// load is the weight and the pieces of a group, and what its goods cost after all discounts.
type load struct{ grams, pieces, goods int64 }

// chargeFreight makes a freight group of every shop and class. It runs after all discounts on
// goods.
func (b *calculation) chargeFreight() error {
	templates, err := b.in.templates()
	if err != nil {
		return err
	}
	loads, err := b.loads()
	if err != nil {
		return err
	}
	var total int64
	for _, key := range sortedKeys(loads) {
		l := loads[key]
		fee, ok, delivered := int64(0), true, true
		if template, known := templates[key]; known && l.pieces > 0 {
			var zone document.FreightZone
			if zone, delivered = template.zone(b.in.Region); delivered {
				fee, ok = template.fee(zone, l)
			}
		}
		if ok {
			total, ok = money.Add(total, fee)
		}
		if !ok {
			return tooLarge()
		}
		b.freight = append(b.freight, FreightGroup{
			ShopID: key.shop, Class: key.class, WeightGrams: l.grams, Pieces: l.pieces,
			Base: fee, Payable: fee, Undelivered: !delivered,
		})
	}
	return nil
}

// sortedKeys orders freight groups by shop and class.
func sortedKeys(m map[groupKey]load) []groupKey {
	return slices.SortedFunc(maps.Keys(m), func(x, y groupKey) int {
		return cmp.Or(x.shop.Compare(y.shop), cmp.Compare(x.class, y.class))
	})
}

// loads adds up the groups. A gift has a group but no weight in it.
func (b *calculation) loads() (map[groupKey]load, error) {
	loads := map[groupKey]load{}
	for _, line := range b.lines {
		key := groupKey{line.ShopID, line.Class}
		l := loads[key]
		grams, ok := money.Mul(line.UnitWeightGrams, int64(line.Quantity))
		if ok {
			l.grams, ok = money.Add(l.grams, grams)
		}
		if !ok {
			return nil, tooLarge()
		}
		l.pieces += int64(line.Quantity)
		l.goods += line.Payable
		loads[key] = l
	}
	for _, gift := range b.gifts {
		key := groupKey{gift.ShopID, gift.Class}
		if _, known := loads[key]; !known {
			loads[key] = load{}
		}
	}
	return loads, nil
}

// templates finds a group's template.
func (in Input) templates() (map[groupKey]FreightTemplate, error) {
	templates := make(map[groupKey]FreightTemplate, len(in.Freight))
	for _, t := range in.Freight {
		key := groupKey{t.ShopID, t.Class}
		if _, twice := templates[key]; twice {
			return nil, fmt.Errorf("pricing: two freight templates of %s for %s", t.ShopID, t.Class)
		}
		for _, z := range t.Rule.Zones {
			if min(z.First, z.FirstFee, z.Step, z.StepFee, z.FreeAbove) < 0 {
				return nil, fmt.Errorf("pricing: a negative freight zone of %s", t.ShopID)
			}
		}
		templates[key] = t
	}
	return templates, nil
}

// fee is the freight of the load by a zone; ok is false above money.Max.
func (t FreightTemplate) fee(zone document.FreightZone, l load) (fee int64, ok bool) {
	if zone.FreeAbove > 0 && l.goods >= zone.FreeAbove {
		return 0, true
	}
	units := l.grams
	if t.Basis == vocab.ByPiece {
		units = l.pieces
	}
	if units <= zone.First || zone.Step == 0 {
		return money.Add(zone.FirstFee, 0)
	}
	steps := (units-zone.First-1)/zone.Step + 1
	if fee, ok = money.Mul(steps, zone.StepFee); !ok {
		return 0, false
	}
	return money.Add(zone.FirstFee, fee)
}

// zone is the first that names the region or its country, and for China else the first that names
// nothing; delivered is false where there is none or it says so.
func (t FreightTemplate) zone(to region.Key) (zone document.FreightZone, delivered bool) {
	i := slices.IndexFunc(t.Rule.Zones, func(z document.FreightZone) bool {
		return slices.Contains(z.Regions, to) || slices.Contains(z.Countries, to.Country())
	})
	if i < 0 && to.Country() == region.China {
		i = slices.IndexFunc(t.Rule.Zones, func(z document.FreightZone) bool {
			return len(z.Regions) == 0 && len(z.Countries) == 0
		})
	}
	if i < 0 {
		return zone, false
	}
	return t.Rule.Zones[i], !t.Rule.Zones[i].Undelivered
}

// SpreadFreight divides a group's freight, or one of its shares, over the sub-orders that carry the
// group, by their weights in grams. It adds up exactly; weights that are all 0 count alike.
func SpreadFreight(amount int64, weights []int64) []int64 {
	return money.Allocate(amount, weights)
}
