package checkout

import (
	"slices"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

// group is what one shop sends in one logistics class.
type group struct {
	shop  globalid.ID
	class vocab.LogisticsClass
}

// planParcels divides the priced lines into parcels: by shop, by logistics class, then by
// warehouse. What no warehouse has becomes a problem that names the skus.
func (q *Quote) planParcels(c *catalogue) {
	demands := map[group][]demand{}
	var groups []group
	for i, line := range q.Price.Lines {
		g := group{line.ShopID, line.Class}
		if demands[g] == nil {
			groups = append(groups, g)
		}
		demands[g] = append(demands[g],
			demand{index: i, sku: line.SkuID, quantity: int64(line.Quantity)})
	}
	var short []globalid.ID
	for _, g := range groups {
		strategy := c.shops[g.shop].Policy.Complete().Strategy
		wanted := map[globalid.ID]bool{}
		for _, w := range demands[g] {
			wanted[w.sku] = true
		}
		var sources []source
		for _, s := range c.sources {
			if wanted[s.sku] {
				sources = append(sources, s)
			}
		}
		parts, lacks := allocate(strategy, q.to, demands[g], sources)
		short = append(short, lacks...)
		q.addParcels(g, parts)
	}
	if len(short) > 0 {
		q.Problems = append(q.Problems, Problem{Skus: short, Fault: fault.At("lines",
			fault.OutOfStock, "There is not enough stock of %d of the skus.", len(short))})
	}
}

func (q *Quote) addParcels(g group, parts []allocation) {
	first := len(q.Parcels)
	for _, p := range parts {
		i := slices.IndexFunc(q.Parcels[first:], func(at Parcel) bool {
			return at.Warehouse == p.warehouse
		})
		if i < 0 {
			i = len(q.Parcels) - first
			q.Parcels = append(q.Parcels,
				Parcel{Shop: g.shop, Class: g.class, Warehouse: p.warehouse})
		}
		parcel := &q.Parcels[first+i]
		parcel.Lines = append(parcel.Lines,
			ParcelLine{Line: p.index, Stock: p.stock, Quantity: p.quantity})
	}
}

// weight of a parcel in grams, without gifts, which travel free.
func (q *Quote) weight(p Parcel) (grams int64) {
	for _, part := range p.Lines {
		if line := q.Price.Lines[part.Line]; !line.Gift {
			grams += line.UnitWeightGrams * part.Quantity
		}
	}
	return grams
}

// freight is one parcel's part of its group's freight.
type freight struct {
	payable int64
	shares  []document.Share
}

// spreadFreight gives every parcel its part, by weight, to the cent. Splitting never makes it more.
func (q *Quote) spreadFreight() []freight {
	parts := make([]freight, len(q.Parcels))
	for _, charged := range q.Price.Freight {
		var members []int
		var weights []int64
		for i, p := range q.Parcels {
			if p.Shop == charged.ShopID && p.Class == charged.Class {
				members = append(members, i)
				weights = append(weights, q.weight(p))
			}
		}
		for k, part := range pricing.SpreadFreight(charged.Payable, weights) {
			parts[members[k]].payable = part
		}
		for _, share := range charged.Shares {
			for k, part := range pricing.SpreadFreight(share.Amount, weights) {
				portion := share
				portion.Amount = part
				parts[members[k]].shares = append(parts[members[k]].shares, portion)
			}
		}
	}
	return parts
}
