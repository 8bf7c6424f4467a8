package order

import (
	"cmp"
	"math/bits"
	"slices"

	"orderflow/internal/globalid"
	"orderflow/internal/terms"
)

// want is a quantity of one sku that a group (one shop, one logistics class) must send. index is
// the caller's own.
type want struct {
	index    int
	sku      globalid.ID
	quantity int64
}

// source is what one stock row can give to one group.
type source struct {
	stock     globalid.ID
	sku       globalid.ID
	warehouse site
	available int64
}

// site is a warehouse as the strategies see it.
type site struct {
	id       globalid.ID
	region   string
	priority int
}

// supplied is a part of a want from one stock row.
type supplied struct {
	index     int
	stock     globalid.ID
	warehouse globalid.ID
	quantity  int64
}

// mostSites bounds the search for the fewest parcels: all subsets of that many warehouses.
const mostSites = 10

// split chooses the warehouses of one group. It is pure: the same wants and sources give the same
// parcels. The second result lists the skus that all warehouses together have too little of.
func split(
	strategy terms.SplitStrategy, region string, wants []want, sources []source,
) (parts []supplied, short []globalid.ID) {
	if short = lacking(wants, sources); len(short) > 0 {
		return nil, short
	}
	sites := preferred(strategy, region, sources)
	if strategy == terms.FewestParcels {
		sites = fewest(sites, wants, sources)
	}
	return fill(sites, wants, sources), nil
}

func lacking(wants []want, sources []source) (short []globalid.ID) {
	left := map[globalid.ID]int64{}
	for _, s := range sources {
		left[s.sku] += s.available
	}
	for _, w := range wants {
		if left[w.sku] -= w.quantity; left[w.sku] < 0 && !slices.Contains(short, w.sku) {
			short = append(short, w.sku)
		}
	}
	return short
}

// preferred lists the warehouses in the order in which the strategy likes them.
func preferred(strategy terms.SplitStrategy, region string, sources []source) []site {
	var sites []site
	for _, s := range sources {
		if !slices.Contains(sites, s.warehouse) {
			sites = append(sites, s.warehouse)
		}
	}
	far := func(s site) int {
		if strategy == terms.WarehousePriority || s.region == region {
			return 0
		}
		return 1
	}
	slices.SortFunc(sites, func(a, b site) int {
		return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a.priority, b.priority),
			a.id.Compare(b.id))
	})
	return sites
}

// fewest finds the smallest set of warehouses that together have everything; of equal ones that
// with the most preferred warehouses. With very many warehouses only the most preferred are tried.
func fewest(sites []site, wants []want, sources []source) []site {
	candidates := sites[:min(len(sites), mostSites)]
	best := -1
	for set := 1; set < 1<<len(candidates); set++ {
		// Low bits are preferred warehouses: among sets of one size the smaller number wins.
		if best >= 0 && bits.OnesCount(uint(set)) >= bits.OnesCount(uint(best)) {
			continue
		}
		chosen := pick(candidates, set)
		within := slices.DeleteFunc(slices.Clone(sources), func(s source) bool {
			return !slices.Contains(chosen, s.warehouse)
		})
		if len(lacking(wants, within)) == 0 {
			best = set
		}
	}
	if best < 0 {
		return sites
	}
	return pick(candidates, best)
}

func pick(sites []site, set int) []site {
	var chosen []site
	for i, s := range sites {
		if set&(1<<i) != 0 {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

// fill takes each want whole from the first warehouse that has it whole, else in parts from the
// warehouses in their order.
func fill(sites []site, wants []want, sources []source) (parts []supplied) {
	left := slices.Clone(sources)
	find := func(at site, sku globalid.ID) *source {
		i := slices.IndexFunc(left, func(s source) bool {
			return s.warehouse == at && s.sku == sku
		})
		if i < 0 {
			return nil
		}
		return &left[i]
	}
	give := func(s *source, w want, n int64) {
		s.available -= n
		parts = append(parts, supplied{
			index: w.index, stock: s.stock, warehouse: s.warehouse.id, quantity: n,
		})
	}
	for _, w := range wants {
		whole := slices.IndexFunc(sites, func(at site) bool {
			s := find(at, w.sku)
			return s != nil && s.available >= w.quantity
		})
		if whole >= 0 {
			give(find(sites[whole], w.sku), w, w.quantity)
			continue
		}
		for _, at := range sites {
			s := find(at, w.sku)
			if s == nil || s.available <= 0 || w.quantity == 0 {
				continue
			}
			n := min(s.available, w.quantity)
			w.quantity -= n
			give(s, w, n)
		}
	}
	return parts
}
