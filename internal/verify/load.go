package verify

import (
	"context"
	"strings"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/benefituse"
	"orderflow/ent/coupon"
	"orderflow/ent/event"
	"orderflow/ent/interception"
	"orderflow/ent/order"
	"orderflow/ent/refund"
	"orderflow/ent/reservation"
	"orderflow/ent/review"
	"orderflow/ent/shipment"
	"orderflow/ent/shortage"
	entstock "orderflow/ent/stock"
	"orderflow/ent/stocktransfer"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
)

// next reads the orders after one, by id: the orders by their primary key, each
// other table by its index on the order.
func (r *run) next(ctx context.Context, after globalid.ID) ([]*orderData, error) {
	found, err := r.client.Order.Query().Where(order.IDGT(after)).
		Order(ent.Asc(order.FieldID)).Limit(batch).
		WithSubOrders(func(q *ent.SubOrderQuery) {
			q.Order(ent.Asc(suborder.FieldID)).WithHolds()
		}).
		WithItems().
		WithPayments().
		WithRefunds(func(q *ent.RefundQuery) { q.Order(ent.Asc(refund.FieldID)).WithLines() }).
		WithEvents(func(q *ent.EventQuery) { q.Order(ent.Asc(event.FieldSequence)) }).
		WithMemos().
		WithShipments(func(q *ent.ShipmentQuery) {
			q.Order(ent.Asc(shipment.FieldID)).WithItems().WithTracking().WithFormerNumbers()
		}).
		WithAddressChanges(func(q *ent.AddressChangeQuery) {
			q.Order(ent.Asc(addresschange.FieldID))
		}).
		WithAfterSales(func(q *ent.AfterSaleQuery) {
			q.Order(ent.Asc(entaftersale.FieldID)).WithLines().WithMessages()
		}).
		All(ctx)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]globalid.ID, len(found))
	orders := make([]*orderData, len(found))
	by := make(map[globalid.ID]*orderData, len(found))
	for i, o := range found {
		ids[i] = o.ID
		orders[i] = &orderData{
			Order: o, subs: o.Edges.SubOrders, items: o.Edges.Items, payments: o.Edges.Payments,
			refunds: o.Edges.Refunds, events: o.Edges.Events, memos: o.Edges.Memos,
			shipments: o.Edges.Shipments, addresses: o.Edges.AddressChanges,
			requests: o.Edges.AfterSales,
		}
		by[o.ID] = orders[i]
	}
	for _, load := range []func(context.Context, []globalid.ID, map[globalid.ID]*orderData) error{
		r.loadReservations, r.loadTransfers, r.loadShortages, r.loadInterceptions, r.loadRedemptions,
		r.loadReviews, r.loadMovements,
	} {
		if err := load(ctx, ids, by); err != nil {
			return nil, err
		}
	}
	for _, b := range orders {
		r.rows += b.rows()
	}
	return orders, nil
}

// loadReservations loads the reservations and the stock rows that they are on.
func (r *run) loadReservations(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*orderData,
) error {
	rows, err := r.client.Reservation.Query().Where(reservation.OrderIDIn(ids...)).All(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	stocks := map[globalid.ID]*ent.Stock{}
	for _, row := range rows {
		b := by[row.OrderID]
		b.reservations, b.stocks = append(b.reservations, row), stocks
		stocks[row.StockID] = nil
	}
	on := make([]globalid.ID, 0, len(stocks))
	for id := range stocks {
		on = append(on, id)
	}
	found, err := r.client.Stock.Query().Where(entstock.IDIn(on...)).All(ctx)
	for _, row := range found {
		stocks[row.ID] = row
	}
	return err
}

// loadTransfers loads the transfers for the orders.
func (r *run) loadTransfers(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*orderData,
) error {
	rows, err := r.client.StockTransfer.Query().Where(stocktransfer.OrderIDIn(ids...)).
		Order(ent.Asc(stocktransfer.FieldID)).All(ctx)
	for _, row := range rows {
		by[*row.OrderID].transfers = append(by[*row.OrderID].transfers, row)
	}
	return err
}

// loadShortages loads the shortages of the orders.
func (r *run) loadShortages(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*orderData,
) error {
	rows, err := r.client.Shortage.Query().Where(shortage.OrderIDIn(ids...)).
		Order(ent.Asc(shortage.FieldID)).All(ctx)
	for _, row := range rows {
		by[row.OrderID].shortages = append(by[row.OrderID].shortages, row)
	}
	return err
}

// loadInterceptions loads the interceptions of the orders' parcels.
func (r *run) loadInterceptions(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*orderData,
) error {
	rows, err := r.client.Interception.Query().Where(interception.OrderIDIn(ids...)).
		Order(ent.Asc(interception.FieldID)).All(ctx)
	for _, row := range rows {
		by[row.OrderID].intercepts = append(by[row.OrderID].intercepts, row)
	}
	return err
}

// loadRedemptions loads the coupons and benefits that the orders hold or used.
func (r *run) loadRedemptions(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*orderData,
) error {
	coupons, err := r.client.Coupon.Query().Where(coupon.OrderIDIn(ids...)).All(ctx)
	if err != nil {
		return err
	}
	for _, row := range coupons {
		by[*row.OrderID].coupons = append(by[*row.OrderID].coupons, row)
	}
	benefits, err := r.client.BenefitUse.Query().Where(benefituse.OrderIDIn(ids...)).All(ctx)
	for _, row := range benefits {
		by[*row.OrderID].benefits = append(by[*row.OrderID].benefits, row)
	}
	return err
}

// loadReviews loads the reviews.
func (r *run) loadReviews(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*orderData,
) error {
	rows, err := r.client.Review.Query().Where(review.OrderIDIn(ids...)).All(ctx)
	for _, row := range rows {
		by[row.OrderID].reviews = append(by[row.OrderID].reviews, row)
	}
	return err
}

// loadMovements sums the stock movements of the reservations.
func (r *run) loadMovements(
	ctx context.Context, ids []globalid.ID, by map[globalid.ID]*orderData,
) error {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
	return r.each(ctx, `SELECT r.order_id, r.id, m.stock_id, SUM(m.reserved_delta), COUNT(*),
		SUM(CASE WHEN m.cause = 'RESERVED' THEN m.reserved_delta ELSE 0 END),
		SUM(CASE WHEN m.cause IN ('SHIPPED', 'HAND_OVER_UNDONE') THEN -m.on_hand_delta ELSE 0 END)
		FROM reservations r JOIN stock_movements m ON m.reservation_id = r.id
		WHERE r.order_id IN (`+marks+`) GROUP BY r.order_id, r.id, m.stock_id`, args,
		func(scan func(...any) error) error {
			var m movementSum
			err := scan(&m.order, &m.reservation, &m.stock, &m.net, &m.rows, &m.taken, &m.sent)
			if err != nil {
				return err
			}
			by[m.order].movements = append(by[m.order].movements, m)
			return nil
		})
}
