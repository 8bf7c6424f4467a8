package checkout

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"orderflow/ent"
	entbuyer "orderflow/ent/buyer"
	"orderflow/ent/order"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// expiriesWithin is the time in which orders that expired unpaid count.
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
}

func newHoldings() *holdings {
	return &holdings{orders: map[globalid.ID][]globalid.ID{}, units: map[globalid.ID]int64{},
		expired: map[globalid.ID][]globalid.ID{}}
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
	most  int64
	shop  globalid.ID
	sku   globalid.ID // of units
	until time.Time   // of the pace
}

// check finds what a checkout would take, and the limits that stand in its way.
func (h *holdings) check(now time.Time, cat *catalogue, q *Quote) (r room, found []reached) {
	r.rest = math.MaxInt64
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
		if until := h.paced.Add(step - paceWithin); until.After(now) {
			found = append(found, reached{Limit: limit.HourlyOrders, most: hourly, shop: id,
				until: until})
		}
		r.step = max(r.step, step)
	}
	wanted := q.takes(cat)
	for _, line := range q.Price.Lines {
		r.units += int64(line.Quantity)
	}
	for _, sku := range slices.SortedFunc(maps.Keys(wanted), globalid.ID.Compare) {
		by, most := cat.mostUnits(sku, h.units[sku])
		left := most - h.units[sku] - wanted[sku]
		if left < 0 {
			found = append(found, reached{Limit: by, most: most, shop: cat.skus[sku].ShopID,
				sku: sku})
		}
		r.rest = min(r.rest, left)
	}
	return r, found
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

// mostUnits is how many units of a sku a buyer's unpaid orders may hold who holds some.
func (c *catalogue) mostUnits(sku globalid.ID, held int64) (by *limit.Limit, most int64) {
	p := c.shops[c.skus[sku].ShopID].Policy
	there := held
	for _, s := range c.sources {
		if s.sku == sku {
			there += s.available
		}
	}
	share := limit.UnpaidShare.Or(p.UnpaidShare)
	most = limit.UnpaidUnits.Or(p.UnpaidUnits)
	if part := max(limit.SmallestShare, there*share/100); share < 100 && part < most {
		return limit.UnpaidShare, part
	}
	return limit.UnpaidUnits, most
}

// take adds what a checkout will hold.
func (h *holdings) take(now time.Time, cat *catalogue, q *Quote) {
	id := globalid.New(globalid.Order) // none that exists
	for _, shop := range cat.selling {
		h.add(shop, id)
	}
	for sku, units := range q.takes(cat) {
		h.units[sku] += units
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

// nameLimits makes problems of the limits that stand in the way, with the time until when they do.
func (c *Checkout) nameLimits(
	ctx context.Context, now time.Time, buyer globalid.ID, q *Quote,
) (err error) {
	for _, r := range q.reached {
		problem := Problem{}
		switch {
		case r.Limit == limit.DailyExpiries:
			r.until, err = c.pausedUntil(ctx, now, buyer, r)
		case r.until.IsZero() && len(q.holds.orders[r.shop]) > 0:
			r.until, err = c.nextExpiry(ctx, q.holds.orders[r.shop])
		}
		if err != nil {
			return err
		}
		if !r.sku.IsZero() {
			problem.Skus = []globalid.ID{r.sku}
			if q.holds.units[r.sku] == 0 {
				r.until = time.Time{} // it is too much in any case
			}
		}
		problem.Fault = r.Reached("lines", r.most, r.until)
		q.Problems = append(q.Problems, problem)
	}
	return nil
}

// nextExpiry is when the first of unpaid orders may end.
func (c *Checkout) nextExpiry(
	ctx context.Context, orders []globalid.ID,
) (until time.Time, err error) {
	first, err := c.db.Client.Order.Query().Where(order.IDIn(orders...)).
		Order(ent.Asc(order.FieldPayDueAt)).Limit(1).All(ctx)
	for _, row := range first {
		until = row.PayDueAt
	}
	return until, err
}

// pausedUntil is when fewer orders than the limit have expired lately.
func (c *Checkout) pausedUntil(
	ctx context.Context, now time.Time, buyer globalid.ID, r reached,
) (until time.Time, err error) {
	rows, err := c.db.Client.SubOrder.Query().Where(suborder.BuyerID(buyer),
		suborder.ShopID(r.shop), suborder.StatusIn(vocab.TradeClosed...),
		suborder.CloseReasonEQ(vocab.PaymentTimeout), suborder.ClosedAtGT(now.Add(-expiriesWithin))).
		Order(ent.Desc(suborder.FieldClosedAt)).All(ctx)
	seen := map[globalid.ID]bool{}
	for _, sub := range rows {
		if !seen[sub.OrderID] && int64(len(seen)) < r.most {
			seen[sub.OrderID] = true
			until = sub.ClosedAt.Add(expiriesWithin)
		}
	}
	return until, err
}
