package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	entinterception "orderflow/ent/interception"
	"orderflow/ent/orderitem"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Around is what decides about a parcel besides its own row.
type Around struct {
	Stopped bool // as of Shipments.Stopped
	// Relied: nothing was reported of it, but a request is about it or took units of it, or the buyer
	// has received them.
	Relied bool
	// Intercepting: an interception of it is open.
	Intercepting bool
}

// Facts is what the parcel table looks at.
func Facts(p *ent.Shipment, a Around) lifecycle.ParcelFacts {
	is := func(stages vocab.Group[vocab.CarrierStage]) bool {
		return p.CarrierStage != nil && stages.Has(*p.CarrierStage)
	}
	return lifecycle.ParcelFacts{
		QuantityLocked:  a.Stopped,
		NumberCorrected: p.CorrectedAt != nil,
		SentBack:        p.Purpose == vocab.ReturnParcel,
		Final:           is(vocab.CourierDone),
		Lost:            is(vocab.ParcelLost),
		Tracked:         order.Asked(p),
		Scanned:         !is(vocab.Unscanned),
		Relied:          a.Relied,
		Intercepting:    a.Intercepting,
	}
}

// Around reads what decides about parcels besides their rows; of those that are handed over only
// for staff, as nothing else there is anybody's to do.
//
// Anybody who may see the parcels may call it; the answer is as of now, and the commands look again
// under the order's lock.
func (s *Shipments) Around(
	ctx context.Context, staff bool, ids ...globalid.ID,
) (map[globalid.ID]Around, error) {
	client := s.db.Client
	open := entshipment.StageIn(vocab.InWarehouse...)
	if staff {
		open = entshipment.Or(open, entshipment.CarrierStageNotIn(vocab.CourierDone...))
	}
	rows, err := client.Shipment.Query().Where(entshipment.IDIn(ids...), open).
		WithItems().All(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var items []*ent.OrderItem
	if waiting := inWarehouse(rows); len(waiting) > 0 {
		// What is on hold is left out: in a parcel it cannot be sent.
		items, err = client.OrderItem.Query().Where(orderitem.IDIn(itemsOf(waiting)...),
			orderitem.HasSubOrderWith(suborder.HeldAtIsNil())).All(ctx)
		if err != nil {
			return nil, err
		}
	}
	return around(ctx, client, items, rows...)
}

// around is Around for parcels that the caller has read, with the order items of those that are in
// the warehouse.
func around(
	ctx context.Context, client *ent.Client, items []*ent.OrderItem, rows ...*ent.Shipment,
) (map[globalid.ID]Around, error) {
	found := map[globalid.ID]Around{}
	note := func(ids map[globalid.ID]bool, err error, set func(*Around)) error {
		for id := range ids {
			a := found[id]
			set(&a)
			found[id] = a
		}
		return err
	}
	if waiting := inWarehouse(rows); len(waiting) > 0 {
		ids, err := stopped(ctx, client, items, waiting...)
		if note(ids, err, func(a *Around) { a.Stopped = true }) != nil {
			return nil, err
		}
	}
	var moving, unscanned []*ent.Shipment
	for _, p := range rows {
		if p.CarrierStage == nil || p.Purpose == vocab.ReturnParcel {
			continue
		}
		if !vocab.CourierDone.Has(*p.CarrierStage) {
			moving = append(moving, p)
		}
		if vocab.Unscanned.Has(*p.CarrierStage) {
			unscanned = append(unscanned, p)
		}
	}
	ids, err := intercepting(ctx, client, moving)
	if note(ids, err, func(a *Around) { a.Intercepting = true }) != nil {
		return nil, err
	}
	ids, err = relied(ctx, client, unscanned)
	return found, note(ids, err, func(a *Around) { a.Relied = true })
}

func inWarehouse(rows []*ent.Shipment) []*ent.Shipment {
	return slices.DeleteFunc(slices.Clone(rows), func(p *ent.Shipment) bool {
		return !vocab.InWarehouse.Has(p.Stage)
	})
}

func idsOf(rows []*ent.Shipment) []globalid.ID {
	ids := make([]globalid.ID, len(rows))
	for i, p := range rows {
		ids[i] = p.ID
	}
	return ids
}

// intercepting finds parcels of which an interception is open.
func intercepting(
	ctx context.Context, client *ent.Client, rows []*ent.Shipment,
) (map[globalid.ID]bool, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	open, err := client.Interception.Query().Where(
		entinterception.ShipmentIDIn(idsOf(rows)...),
		entinterception.StatusIn(vocab.InterceptionOpen...)).All(ctx)
	found := map[globalid.ID]bool{}
	for _, i := range open {
		found[i.ShipmentID] = true
	}
	return found, err
}

// relied finds parcels of which requests have taken units, or that their buyers have received. Of a
// replacement it is the request that must still wait for it.
func relied(
	ctx context.Context, client *ent.Client, rows []*ent.Shipment,
) (map[globalid.ID]bool, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	waiting, err := waitingFor(ctx, client, rows)
	if err != nil {
		return nil, err
	}
	taken, err := client.AfterSaleLine.Query().Where(
		aftersaleline.HasAfterSaleWith(entaftersale.ShipmentIDIn(idsOf(rows)...),
			entaftersale.StatusNotIn(vocab.AfterSaleFruitless...)),
		aftersaleline.Or(aftersaleline.QuantityGT(0), aftersaleline.HasAfterSaleWith(
			entaftersale.StatusIn(vocab.AfterSaleOpen...)))).
		WithAfterSale().All(ctx)
	if err != nil {
		return nil, err
	}
	found := map[globalid.ID]bool{}
	for _, line := range taken {
		found[*line.Edges.AfterSale.ShipmentID] = true
	}
	for _, p := range rows {
		for _, line := range p.Edges.Items {
			if p.AfterSaleID == nil && !waiting[line.SubOrderID] {
				found[p.ID] = true
			}
		}
		if p.AfterSaleID != nil && !waiting[*p.AfterSaleID] {
			found[p.ID] = true
		}
	}
	return found, nil
}

// waitingFor finds the sub-orders, and of replacements the requests, that still wait for parcels.
func waitingFor(
	ctx context.Context, client *ent.Client, rows []*ent.Shipment,
) (map[globalid.ID]bool, error) {
	var subs, requests []globalid.ID
	for _, p := range rows {
		if p.AfterSaleID != nil {
			requests = append(requests, *p.AfterSaleID)
			continue
		}
		for _, line := range p.Edges.Items {
			subs = append(subs, line.SubOrderID)
		}
	}
	waiting := map[globalid.ID]bool{}
	if len(subs) > 0 {
		ids, err := client.SubOrder.Query().Where(suborder.IDIn(subs...),
			suborder.StatusIn(vocab.UnderWay...)).IDs(ctx)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			waiting[id] = true
		}
	}
	if len(requests) > 0 {
		ids, err := client.AfterSale.Query().Where(entaftersale.IDIn(requests...),
			entaftersale.StatusIn(vocab.Reshipping...)).IDs(ctx)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			waiting[id] = true
		}
	}
	return waiting, nil
}
