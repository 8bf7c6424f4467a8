package read

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/suborder"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
)

// lineTotals are sums over the lines of a sub-order.
type lineTotals struct {
	SubOrder   globalid.ID `json:"sub_order_id"`
	Payable    int64       `json:"payable"`
	Refunded   int64       `json:"refunded"`
	Refundable int64       `json:"refundable"`
}

func (p preloader) loadParcels(ctx context.Context, rows []*ent.Shipment) error {
	if !operationSelects(ctx, "stopped", "availableActions") {
		return nil
	}
	ids := make([]globalid.ID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	// What a buyer may do with a parcel depends on its row alone.
	around, err := p.shipments.Around(ctx, !auth.From(ctx).IsBuyer(), ids...)
	keep(ctx, func(loaded preloaded) {
		for _, id := range ids {
			loaded.parcels[id] = around[id]
		}
	})
	return err
}

func (p preloader) loadAfterSaleFacts(ctx context.Context, rows []*ent.AfterSale) error {
	if !operationSelects(ctx, "availableActions") {
		return nil
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(a *ent.AfterSale) bool {
		return a.PolicyVersion == 0 // read elsewhere, for less
	})
	at, err := now(ctx, p.db)
	if err != nil {
		return err
	}
	snapshots, err := aftersale.LoadSnapshots(ctx, p.db.Client, at, rows...)
	keep(ctx, func(loaded preloaded) {
		for _, s := range snapshots {
			loaded.facts[s.Row.ID] = s.Facts()
		}
	})
	return err
}

func (p preloader) loadTerms(ctx context.Context, rows []*ent.SubOrder) error {
	if !operationSelects(ctx, "terms") {
		return nil
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(s *ent.SubOrder) bool {
		return s.PolicyVersion == 0 // read elsewhere, for less
	})
	terms, err := order.ReadTerms(ctx, p.db.Client, rows,
		func(s *ent.SubOrder) (globalid.ID, int32) { return s.ShopID, s.PolicyVersion })
	if err != nil {
		return err
	}
	keep(ctx, func(loaded preloaded) {
		for _, row := range rows {
			loaded.terms[row.ID] = terms(row)
		}
	})
	return nil
}

// loadTotals adds up the lines of those sub-orders that are paid: they have a time to ship.
func loadTotals[T any](
	ctx context.Context, p preloader, rows []T, subOrder func(T) globalid.ID,
) error {
	if !operationSelects(ctx, "balance") {
		return nil
	}
	ids := make([]globalid.ID, len(rows))
	for i, row := range rows {
		ids[i] = subOrder(row)
	}
	slices.SortFunc(ids, globalid.ID.Compare)
	var all []lineTotals
	err := p.db.Client.OrderItem.Query().Where(orderitem.SubOrderIDIn(slices.Compact(ids)...),
		orderitem.HasSubOrderWith(suborder.ShipDueAtNotNil())).
		GroupBy(orderitem.FieldSubOrderID).Aggregate(
		ent.As(ent.Sum(orderitem.FieldPayable), "payable"),
		ent.As(ent.Sum(orderitem.FieldRefunded), "refunded"),
		ent.As(ent.Sum(orderitem.FieldRefundable), "refundable")).Scan(ctx, &all)
	keep(ctx, func(loaded preloaded) {
		for _, t := range all {
			loaded.paid[t.SubOrder] = t
		}
	})
	return err
}

// Stopped reports whether a parcel that this operation read must not go on.
func Stopped(ctx context.Context, p *ent.Shipment) bool { return around(ctx, p).Stopped }

// around is what decides about a parcel that this operation read, besides its row.
func around(ctx context.Context, p *ent.Shipment) shipment.Around {
	found, _ := lookup(ctx,
		func(l preloaded) map[globalid.ID]shipment.Around { return l.parcels }, p.ID)
	return found
}

// Terms is the policy that a sub-order goes by that this operation read.
func Terms(ctx context.Context, sub *ent.SubOrder) document.ShopPolicy {
	terms, _ := lookup(ctx,
		func(l preloaded) map[globalid.ID]document.ShopPolicy { return l.terms }, sub.ID)
	return terms
}

// preloadedFacts are the facts of a request that this operation read.
func preloadedFacts(ctx context.Context, row *ent.AfterSale) lifecycle.AfterSaleFacts {
	facts, _ := lookup(ctx,
		func(l preloaded) map[globalid.ID]lifecycle.AfterSaleFacts { return l.facts }, row.ID)
	return facts
}

// paidTotals are the sums over the lines of a sub-order that this operation read; false when it is
// not paid.
func paidTotals(ctx context.Context, subOrder globalid.ID) (lineTotals, bool) {
	return lookup(ctx, func(l preloaded) map[globalid.ID]lineTotals { return l.paid }, subOrder)
}
