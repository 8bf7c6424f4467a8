package checkout

import (
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	entbuyer "orderflow/ent/buyer"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// expiriesWithin is the time in which orders that expired unpaid count, or were as good as that.
	expiriesWithin = 24 * time.Hour
	// expiriesRead is how old an order may be whose expiry counts.
	expiriesRead = 48 * time.Hour
	paceWithin   = time.Hour
)

// placing makes placements of one buyer see one another. It is written with the order: where others
// have placed more since the buyer's holds were read than the limits leave room for, the placement
// is planned anew. So at most as much is placed as the limits allow, and nobody waits to read.
var placing = &store.Increment{Table: entbuyer.Table,
	Columns: []string{entbuyer.FieldUnitsPlaced}, Most: entbuyer.FieldUnitsPlaced,
	Pace: entbuyer.FieldPacedUntil, PaceWithin: paceWithin,
	Refused: func(map[globalid.ID]int64) error { return errOvertaken }}

var errOvertaken = errors.New("checkout: other orders of the buyer were placed meanwhile")

// holdings are what a buyer holds unpaid, and what else limits look at.
type holdings struct {
	placed int64     // units, ever; as it was read
	paced  time.Time // when the pace of the buyer's orders would be used up

	orders  map[globalid.ID][]globalid.ID // unpaid ones by shop
	expired map[globalid.ID][]globalid.ID // orders by shop
	units   map[globalid.ID]int64         // by sku: those that take stock when ordered
	// reserved are those of units that have their stock; a failed order gave it back.
	reserved map[globalid.ID]int64
}

func newHoldings() *holdings {
	return &holdings{orders: map[globalid.ID][]globalid.ID{}, units: map[globalid.ID]int64{},
		expired: map[globalid.ID][]globalid.ID{}, reserved: map[globalid.ID]int64{}}
}

func (h *holdings) add(shop, order globalid.ID)    { addNew(h.orders, shop, order) }
func (h *holdings) expire(shop, order globalid.ID) { addNew(h.expired, shop, order) }

func addNew(to map[globalid.ID][]globalid.ID, shop, order globalid.ID) {
	if !slices.Contains(to[shop], order) {
		to[shop] = append(to[shop], order)
	}
}

// room is what a checkout takes of the limits, and what is left of them after it.
type room struct {
	units int64         // of all its lines
	step  time.Duration // of the pace
	rest  int64         // how many units others of the buyer may have placed meanwhile
}

// reached is a limit that stands in the way of a checkout.
type reached struct {
	*limit.Limit
	most  int64         // as the refusal says it
	shop  globalid.ID   // zero for the pace
	skus  []globalid.ID // of units
	until time.Time     // of the pace
}

// check finds what a checkout would take, and the limits that stand in its way.
func (h *holdings) check(now time.Time, cat *catalogue, q *Quote) (r room, found []reached) {
	r.rest = math.MaxInt64
	var pace reached // the slowest: it is of all shops
	for _, id := range cat.selling {
		p := cat.shops[id].Policy
		most := limit.UnpaidOrders.Or(p.UnpaidOrders)
		left := most - int64(len(h.orders[id])) - 1
		if left < 0 {
			found = append(found, reached{Limit: limit.UnpaidOrders, most: most, shop: id})
		}
		r.rest = min(r.rest, left)
		if most := limit.DailyExpiries.Or(p.DailyExpiries); int64(len(h.expired[id])) >= most {
			found = append(found, reached{Limit: limit.DailyExpiries, most: most, shop: id})
		}
		hourly := limit.HourlyOrders.Or(p.HourlyOrders)
		step := paceWithin / time.Duration(hourly)
		if until := h.paced.Add(step - paceWithin); until.After(now) && until.After(pace.until) {
			pace = reached{Limit: limit.HourlyOrders, most: hourly, until: until}
		}
		r.step = max(r.step, step)
	}
	if pace.Limit != nil {
		found = append(found, pace)
	}
	wanted := q.takes(cat)
	for _, line := range q.Price.Lines {
		r.units += int64(line.Quantity)
	}
	for _, sku := range slices.SortedFunc(maps.Keys(wanted), globalid.ID.Compare) {
		shop := cat.skus[sku].ShopID
		p := cat.shops[shop].Policy
		bound := limit.BoundUnits(h.reserved[sku]+cat.available(sku), p.UnpaidUnits, p.UnpaidShare)
		left := bound.Units - h.units[sku] - wanted[sku]
		if left < 0 {
			found = addSku(found, reached{Limit: bound.By, most: bound.Most, shop: shop}, sku)
		}
		r.rest = min(r.rest, left)
	}
	return r, found
}

// addSku adds a sku to the limit of its shop that it reaches.
func addSku(found []reached, r reached, sku globalid.ID) []reached {
	i := slices.IndexFunc(found, func(o reached) bool {
		return o.Limit == r.Limit && o.shop == r.shop
	})
	if i < 0 {
		i, found = len(found), append(found, r)
	}
	found[i].skus = append(found[i].skus, sku)
	return found
}

// takes are the units of each sku that the checkout takes stock of when it is placed.
func (q *Quote) takes(cat *catalogue) map[globalid.ID]int64 {
	units := map[globalid.ID]int64{}
	for _, line := range q.Price.Lines {
		if cat.deduction(line.SkuID) == vocab.OnOrder {
			units[line.SkuID] += int64(line.Quantity)
		}
	}
	return units
}

// available is what nobody has reserved of a sku.
func (c *catalogue) available(sku globalid.ID) (units int64) {
	for _, s := range c.sources {
		if s.sku == sku {
			units += s.available
		}
	}
	return units
}

// take adds what a checkout will hold.
func (h *holdings) take(now time.Time, cat *catalogue, q *Quote) {
	id := globalid.New(globalid.Order) // none that exists
	for _, shop := range cat.selling {
		h.add(shop, id)
	}
	for sku, units := range q.takes(cat) {
		h.units[sku] += units
		h.reserved[sku] += units
	}
	if h.paced.Before(now) {
		h.paced = now
	}
	h.paced = h.paced.Add(q.room.step)
}

// claim makes what the checkout takes of its buyer's limits part of what its transaction writes.
func (q *Quote) claim(tx *store.Tx, buyer globalid.ID) {
	tx.AddPaced(placing, buyer, q.room.units,
		store.Paced{Step: q.room.step, Most: q.holds.placed + q.room.rest})
}
