package verify

import (
	"context"
	"slices"
	"strings"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/benefituse"
	"orderflow/ent/coupon"
	"orderflow/ent/event"
	"orderflow/ent/order"
	"orderflow/ent/refund"
	"orderflow/ent/reservation"
	"orderflow/ent/shipment"
	"orderflow/ent/stocktransfer"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
)

// book is all that belongs to one order.
type book struct {
	*ent.Order
	subs         []*ent.SubOrder // by id
	items        []*ent.OrderItem
	payments     []*ent.Payment
	refunds      []*ent.Refund // each with its lines
	events       []*ent.Event  // by sequence
	reservations []*ent.Reservation
	coupons      []*ent.Coupon
	benefits     []*ent.BenefitUse
	movements    []moved
	shipments    []*ent.Shipment      // by id, each with its items
	transfers    []*ent.StockTransfer // by id
	addresses    []*ent.AddressChange // by id
}

// moved sums the movements of one reservation on one stock row.
type moved struct {
	order, reservation, stock globalid.ID
	taken, net, rows          int64
}

// orders walks the orders by id; each check looks at one order's book at a time.
func (r *run) orders(ctx context.Context) error {
	useOnce, err := r.sharesHold(ctx)
	if err != nil {
		return err
	}
	checks := []func(*book){
		r.reservationsMove(), r.unitsAreHeld(),
		r.itemsAdd(), r.subOrdersAdd(), r.ordersAdd(), r.paidOnce(),
		r.refundsFit(), r.itemsRefund(), r.refundsAdd(), r.freightRefunds(), r.uncountedReturn(),
		r.unitsOnce(),
		r.sequences(), r.replays(), r.rollUps(), r.positionsFollow(), r.stepsAreRows(),
		r.copiesAgree(), useOnce,
	}
	var last globalid.ID
	for done := 0; ; {
		found, err := r.nextOrders(ctx, last)
		if err != nil || len(found) == 0 {
			return err
		}
		last = found[len(found)-1].ID
		books, err := r.books(ctx, found)
		if err != nil {
			return err
		}
		for _, b := range books {
			for _, check := range checks {
				check(b)
			}
		}
		done += len(books)
		r.progress("orders", done)
	}
}

func (r *run) nextOrders(ctx context.Context, after globalid.ID) ([]*ent.Order, error) {
	return r.client.Order.Query().Where(order.IDGT(after)).
		Order(ent.Asc(order.FieldID)).Limit(batch).
		WithSubOrders(func(q *ent.SubOrderQuery) { q.Order(ent.Asc(suborder.FieldID)) }).
		WithItems().
		WithPayments().
		WithRefunds(func(q *ent.RefundQuery) { q.Order(ent.Asc(refund.FieldID)).WithLines() }).
		WithEvents(func(q *ent.EventQuery) { q.Order(ent.Asc(event.FieldSequence)) }).
		WithShipments(func(q *ent.ShipmentQuery) {
			q.Order(ent.Asc(shipment.FieldID)).WithItems()
		}).
		WithAddressChanges(func(q *ent.AddressChangeQuery) {
			q.Order(ent.Asc(addresschange.FieldID))
		}).
		All(ctx)
}

// books adds to the orders what no edge leads to.
func (r *run) books(ctx context.Context, found []*ent.Order) ([]*book, error) {
	ids := make([]globalid.ID, len(found))
	books := make([]*book, len(found))
	by := make(map[globalid.ID]*book, len(found))
	for i, o := range found {
		ids[i] = o.ID
		books[i] = &book{
			Order: o, subs: o.Edges.SubOrders, items: o.Edges.Items, payments: o.Edges.Payments,
			refunds: o.Edges.Refunds, events: o.Edges.Events,
			shipments: o.Edges.Shipments, addresses: o.Edges.AddressChanges,
		}
		by[o.ID] = books[i]
	}
	reservations, err := r.client.Reservation.Query().
		Where(reservation.OrderIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range reservations {
		by[row.OrderID].reservations = append(by[row.OrderID].reservations, row)
	}
	transfers, err := r.client.StockTransfer.Query().
		Where(stocktransfer.OrderIDIn(ids...)).Order(ent.Asc(stocktransfer.FieldID)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range transfers {
		by[*row.OrderID].transfers = append(by[*row.OrderID].transfers, row)
	}
	coupons, err := r.client.Coupon.Query().Where(coupon.OrderIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range coupons {
		by[*row.OrderID].coupons = append(by[*row.OrderID].coupons, row)
	}
	benefits, err := r.client.BenefitUse.Query().Where(benefituse.OrderIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range benefits {
		by[*row.OrderID].benefits = append(by[*row.OrderID].benefits, row)
	}
	return books, r.movements(ctx, ids, by)
}

func (r *run) movements(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*book,
) error {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
	return r.each(ctx, `SELECT r.order_id, r.id, m.stock_id, SUM(m.reserved_delta), COUNT(*),
		SUM(CASE WHEN m.cause = 'RESERVED' THEN m.reserved_delta ELSE 0 END)
		FROM reservations r JOIN stock_movements m ON m.reservation_id = r.id
		WHERE r.order_id IN (`+marks+`) GROUP BY r.order_id, r.id, m.stock_id`, args,
		func(scan func(...any) error) error {
			var m moved
			err := scan(&m.order, &m.reservation, &m.stock, &m.net, &m.rows, &m.taken)
			if err != nil {
				return err
			}
			by[m.order].movements = append(by[m.order].movements, m)
			return nil
		})
}

func (b *book) item(id globalid.ID) *ent.OrderItem {
	return find(b.items, func(it *ent.OrderItem) bool { return it.ID == id })
}

func (b *book) sub(id globalid.ID) *ent.SubOrder {
	return find(b.subs, func(s *ent.SubOrder) bool { return s.ID == id })
}

func (b *book) payment(id globalid.ID) *ent.Payment {
	return find(b.payments, func(p *ent.Payment) bool { return p.ID == id })
}

// paid reports whether the order was paid, whatever became of it afterwards.
func (b *book) paid() bool { return b.PaidAt != nil }

// unpaid reports whether the order waits for a payment.
func (b *book) unpaid() bool {
	return b.Status == lifecycle.PendingPayment || b.Status == lifecycle.PaymentFailed
}

// live reports whether a refund holds its amount. A CLOSED one has handed it to the next.
func live(r *ent.Refund) bool { return r.Status != lifecycle.RefundClosed }

// find returns the row that fits, or nil.
func find[T any](rows []*T, fits func(*T) bool) *T {
	if i := slices.IndexFunc(rows, fits); i >= 0 {
		return rows[i]
	}
	return nil
}

// value is what an optional column holds, and the zero value where it holds nothing.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
