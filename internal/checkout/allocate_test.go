package checkout

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/globalid"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

func testID(kind globalid.Kind, n byte) (id globalid.ID) {
	id[6], id[15] = byte(kind), n
	return id
}

// place describes stock: sku 1, warehouse 2, 30 units.
func place(sku, warehouse byte, in region.Key, priority int, available int64) source {
	at := testID(globalid.Warehouse, warehouse)
	stock := testID(globalid.Stock, sku*16+warehouse)
	return source{stock: stock, sku: testID(globalid.Sku, sku), available: available,
		warehouse: site{id: at, region: in, priority: priority}}
}

func TestStrategiesChooseWarehouses(t *testing.T) {
	t.Parallel()
	south, north := region.Key("CN-44"), region.Key("CN-11")
	two := []demand{{0, testID(globalid.Sku, 1), 2}, {1, testID(globalid.Sku, 2), 2}}
	for name, test := range map[string]struct {
		strategy vocab.SplitStrategy
		wants    []demand
		sources  []source
		parcels  []byte // the warehouses, in any order
	}{
		"one warehouse has all": {vocab.FewestParcels, two, []source{
			place(1, 1, south, 0, 9), place(2, 2, south, 0, 9),
			place(1, 3, north, 9, 2), place(2, 3, north, 9, 2)}, []byte{3}},
		"of two alike the near one": {vocab.FewestParcels, two, []source{
			place(1, 1, north, 0, 9), place(2, 1, north, 0, 9),
			place(1, 2, south, 9, 2), place(2, 2, south, 9, 2)}, []byte{2}},
		"priority first": {vocab.WarehousePriority, two, []source{
			place(1, 1, south, 5, 9), place(2, 1, south, 5, 9),
			place(1, 2, north, 1, 9), place(2, 3, north, 2, 9)}, []byte{2, 3}},
		"nearest first": {vocab.NearestRegion, two, []source{
			place(1, 1, north, 0, 9), place(2, 1, north, 0, 9),
			place(1, 2, south, 5, 9)}, []byte{2, 1}},
		"a line spread over warehouses": {vocab.FewestParcels,
			[]demand{{0, testID(globalid.Sku, 1), 5}}, []source{
				place(1, 1, south, 0, 3), place(1, 2, north, 0, 3)}, []byte{1, 2}},
	} {
		parts, short := allocate(test.strategy, south, test.wants, test.sources)
		if len(short) > 0 {
			t.Errorf("%s: short of %v", name, short)
		}
		var got []byte
		for _, p := range parts {
			if n := p.warehouse[15]; !slices.Contains(got, n) {
				got = append(got, n)
			}
		}
		slices.Sort(got)
		slices.Sort(test.parcels)
		if !slices.Equal(got, test.parcels) {
			t.Errorf("%s: from %v, want %v", name, got, test.parcels)
		}
	}
}

func TestSplitNamesWhatIsShort(t *testing.T) {
	t.Parallel()
	wants := []demand{{0, testID(globalid.Sku, 1), 5}, {1, testID(globalid.Sku, 2), 1}}
	parts, short := allocate(vocab.FewestParcels, "", wants, []source{
		place(1, 1, "", 0, 4), place(2, 1, "", 0, 4)})
	if parts != nil || !slices.Equal(short, []globalid.ID{testID(globalid.Sku, 1)}) {
		t.Errorf("parts %v, short %v", parts, short)
	}
}

func TestSplitSendsAllAndNoMoreThanThereIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		strategy := rapid.SampledFrom([]vocab.SplitStrategy{vocab.FewestParcels,
			vocab.WarehousePriority, vocab.NearestRegion}).Draw(t, "strategy")
		var sources []source
		for sku := range byte(4) {
			for w := range byte(rapid.IntRange(1, 12).Draw(t, "warehouses")) {
				sources = append(sources, place(sku, w, rapid.SampledFrom([]region.Key{"a", "b"}).
					Draw(t, "region"), int(w%3), rapid.Int64Range(0, 6).Draw(t, "available")))
			}
		}
		var wants []demand
		for sku := range byte(4) {
			if n := rapid.Int64Range(0, 9).Draw(t, "quantity"); n > 0 {
				wants = append(wants, demand{len(wants), testID(globalid.Sku, sku), n})
			}
		}
		parts, short := allocate(strategy, "a", wants, sources)
		if len(short) > 0 {
			return
		}
		taken := map[globalid.ID]int64{}
		sent := map[int]int64{}
		for _, p := range parts {
			taken[p.stock] += p.quantity
			sent[p.index] += p.quantity
		}
		for _, s := range sources {
			if taken[s.stock] > s.available {
				t.Fatalf("%d taken of %d", taken[s.stock], s.available)
			}
		}
		for _, w := range wants {
			if sent[w.index] != w.quantity {
				t.Fatalf("sent %d of %d", sent[w.index], w.quantity)
			}
		}
	})
}
