package checkout

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"orderflow/ent"
	"orderflow/ent/memberbenefit"
	"orderflow/ent/promotion"
	"orderflow/ent/sku"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// mostSkus bounds the skus of a snapshot; when there are more it begins anew.
	mostSkus = 20_000
	// maxReloads bounds how often a checkout begins anew because the catalogue was changed.
	maxReloads = 10
)

// memory keeps the rows of the catalogue that checkouts use, for as long as the version of the
// catalogue is the one that was read before them. Every checkout compares the version in the
// statement by which it reads the stock: a row is never older than what was committed when the
// checkout began, on whichever server it was changed.
type memory struct {
	db *store.DB

	mu     sync.Mutex
	latest *snapshot
}

// snapshot is what is known of one version of the catalogue. Its rows are shared: nobody changes
// them. Skus are added as they are asked for, with their product, shop and freight templates.
type snapshot struct {
	version    string
	promotions []*ent.Promotion // active; without coupons
	benefits   []*ent.MemberBenefit
	sites      map[globalid.ID]site // warehouses

	mu   sync.Mutex
	skus map[globalid.ID]*ent.Sku
}

// live is what changes with every order, for the checkouts of a batch.
type live struct {
	version string
	holds   map[globalid.ID]*holdings // by buyer
	stocks  []stockRow
	sources []source
	skus    map[globalid.ID]*ent.Sku // of the snapshot
}

// basket is whose checkout it is, and of what.
type basket struct {
	viewer *auth.Viewer
	in     *QuoteInput
}

// stockRow is what a warehouse has free of a sku.
type stockRow struct {
	id, sku, warehouse globalid.ID
	available          int64
}

// current returns the snapshot of the version that holds now, with the skus of the baskets and of
// the gifts that promotions may add, and what is read anew.
func (m *memory) current(
	ctx context.Context, at time.Time, baskets []basket,
) (*snapshot, *live, error) {
	for range maxReloads {
		known := m.get()
		wanted := known.wanted(baskets)
		now, err := m.read(ctx, at, baskets, wanted)
		if err != nil {
			return nil, nil, err
		}
		if known == nil || known.version != now.version {
			if err := m.load(ctx, at, now.version); err != nil {
				return nil, nil, err
			}
			continue // the gifts may be others
		}
		if now.skus, err = known.skusOf(ctx, m.db.Client, wanted); err != nil {
			return nil, nil, err
		}
		for _, row := range now.stocks {
			now.sources = append(now.sources, source{stock: row.id, sku: row.sku,
				available: row.available, warehouse: known.sites[row.warehouse]})
		}
		return known, now, nil
	}
	return nil, nil, fault.New(fault.Conflict, "The catalogue is being changed; send it again.")
}

func (m *memory) get() *snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.latest
}

// load makes the snapshot of a version that was read before, once for all checkouts that wait for
// it. What has ended by then is left out: time goes back only by a change of the version.
func (m *memory) load(ctx context.Context, at time.Time, version string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.latest != nil && m.latest.version == version {
		return nil
	}
	s := &snapshot{version: version, sites: map[globalid.ID]site{},
		skus: map[globalid.ID]*ent.Sku{}}
	var err error
	s.promotions, err = m.db.Client.Promotion.Query().Where(promotion.Active(true),
		promotion.EndsAtGT(at), promotion.KindNEQ(vocab.CouponOff)).
		Order(ent.Asc(promotion.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	s.benefits, err = m.db.Client.MemberBenefit.Query().Where(memberbenefit.Active(true)).
		Order(ent.Asc(memberbenefit.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	warehouses, err := m.db.Client.Warehouse.Query().All(ctx)
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	for _, w := range warehouses {
		s.sites[w.ID] = site{id: w.ID, region: w.Region, priority: w.Priority}
	}
	m.latest = s
	return nil
}

// wanted are the skus of the lines and of every gift.
func (s *snapshot) wanted(baskets []basket) []globalid.ID {
	var ids []globalid.ID
	for _, b := range baskets {
		for _, line := range b.in.Lines {
			ids = append(ids, line.Sku)
		}
	}
	if s != nil {
		for _, p := range s.promotions {
			if p.Kind == vocab.Gift {
				ids = append(ids, p.Rule.Gift)
			}
		}
	}
	return sortedSet(ids)
}

func sortedSet(ids []globalid.ID) []globalid.ID {
	slices.SortFunc(ids, globalid.ID.Compare)
	return slices.Compact(ids)
}

// skusOf returns those of the skus that exist, and loads what is not known yet.
func (s *snapshot) skusOf(
	ctx context.Context, client *ent.Client, ids []globalid.ID,
) (map[globalid.ID]*ent.Sku, error) {
	known := make(map[globalid.ID]*ent.Sku, len(ids))
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing []globalid.ID
	for _, id := range ids {
		if row := s.skus[id]; row != nil {
			known[id] = row
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return known, nil
	}
	found, err := client.Sku.Query().Where(sku.IDIn(missing...)).WithProduct().
		WithShop(func(q *ent.ShopQuery) { q.WithFreightTemplates() }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if len(s.skus)+len(missing) > mostSkus {
		clear(s.skus)
	}
	for _, row := range found {
		s.skus[row.ID], known[row.ID] = row, row
	}
	return known, nil
}
