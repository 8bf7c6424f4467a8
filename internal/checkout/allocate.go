package checkout

import (
	"cmp"
	"math/bits"
	"slices"

	"orderflow/internal/globalid"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// demand is a quantity of one sku that a group (one shop, one logistics class) must send. index is
// the caller's own.
type demand struct {
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

// site is a warehouse with what the strategies look at.
type site struct {
	id       globalid.ID
	region   region.Key
	priority int
}

// allocation is a part of a demand from one stock row.
type allocation struct {
	index     int
	stock     globalid.ID
	warehouse globalid.ID
	quantity  int64
}

// mostSites bounds the search for the fewest parcels: all subsets of that many warehouses.
const mostSites = 10

// allocate chooses the warehouses of one group. It is pure: the same demands and sources give the
// same parcels. The second result lists the skus that all warehouses together have too little of.
func allocate(
	strategy vocab.SplitStrategy, to region.Key, demands []demand, sources []source,
) (parts []allocation, short []globalid.ID) {
	if short = tooFew(demands, sources); len(short) > 0 {
		return nil, short
	}
	sites := preferred(strategy, to, sources)
	left := bySku(sites, sources)
	chosen := make([]int, len(sites))
	for i := range sites {
		chosen[i] = i
	}
	if strategy == vocab.FewestParcels {
		chosen = fewest(chosen, demands, left)
	}
	return fill(chosen, demands, left), nil
}

func tooFew(demands []demand, sources []source) (short []globalid.ID) {
	left := map[globalid.ID]int64{}
	for _, s := range sources {
		left[s.sku] += s.available
	}
	for _, w := range demands {
		if left[w.sku] -= w.quantity; left[w.sku] < 0 && !slices.Contains(short, w.sku) {
			short = append(short, w.sku)
		}
	}
	return short
}

// preferred lists the warehouses in the strategy's order of preference.
func preferred(strategy vocab.SplitStrategy, to region.Key, sources []source) []site {
	var sites []site
	for _, s := range sources {
		if !slices.Contains(sites, s.warehouse) {
			sites = append(sites, s.warehouse)
		}
	}
	far := func(s site) int {
		switch {
		case strategy == vocab.WarehousePriority || s.region == to:
			return 0
		case s.region.Country() == to.Country():
			return 1
		}
		return 2
	}
	slices.SortFunc(sites, func(a, b site) int {
		return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a.priority, b.priority),
			a.id.Compare(b.id))
	})
	return sites
}

// bySku lists, for every sku, its source at each of the sites, in their order. Where a site has
// none the source is empty: nothing is available of it.
func bySku(sites []site, sources []source) map[globalid.ID][]source {
	index := make(map[site]int, len(sites))
	for i, at := range sites {
		index[at] = i
	}
	rows := map[globalid.ID][]source{}
	for _, s := range sources {
		if rows[s.sku] == nil {
			rows[s.sku] = make([]source, len(sites))
		}
		rows[s.sku][index[s.warehouse]] = s
	}
	return rows
}

// fewest finds the smallest set of warehouses that together have everything; of equal ones that
// with the most preferred warehouses. With very many warehouses only the most preferred are tried.
// The warehouses are numbers of sites, the most preferred first.
func fewest(sites []int, demands []demand, left map[globalid.ID][]source) []int {
	needs := map[globalid.ID]int64{}
	for _, w := range demands {
		needs[w.sku] += w.quantity
	}
	suffices := func(set int) bool {
		for sku, need := range needs {
			for i := range min(len(sites), mostSites) {
				if set&(1<<i) != 0 {
					need -= left[sku][i].available
				}
			}
			if need > 0 {
				return false
			}
		}
		return true
	}
	best := -1
	for set := 1; set < 1<<min(len(sites), mostSites); set++ {
		// Low bits are preferred warehouses: among sets of one size the smaller number wins.
		smaller := best < 0 || bits.OnesCount(uint(set)) < bits.OnesCount(uint(best))
		if smaller && suffices(set) {
			best = set
		}
	}
	if best < 0 {
		return sites
	}
	return slices.DeleteFunc(sites, func(i int) bool { return best&(1<<i) == 0 })
}

// fill takes each demand whole from the first site that has it whole, else in parts from the sites
// in their order.
func fill(sites []int, demands []demand, left map[globalid.ID][]source) (parts []allocation) {
	for _, w := range demands {
		row := left[w.sku]
		give := func(i int, n int64) {
			row[i].available -= n
			w.quantity -= n
			parts = append(parts, allocation{index: w.index, stock: row[i].stock,
				warehouse: row[i].warehouse.id, quantity: n})
		}
		whole := slices.IndexFunc(sites, func(i int) bool {
			return row[i].available >= w.quantity
		})
		if whole >= 0 {
			give(sites[whole], w.quantity)
			continue
		}
		for _, i := range sites {
			if n := min(row[i].available, w.quantity); n > 0 {
				give(i, n)
			}
		}
	}
	return parts
}
