package aftersale

import (
	"cmp"
	"context"
	"fmt"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// locate finds out where the goods are: in the warehouse, in a parcel on its way, or with the
// buyer. Faults: MIXED_QUANTITY, LIMIT_EXCEEDED, INVALID_INPUT.
func (d *requestDraft) locate(ctx context.Context, p *plan) error {
	p.goods = vocab.GoodsReceived
	if d.unshipped(p.kind) {
		p.goods = vocab.GoodsUnshipped
	}
	var faults fault.List
	for i, line := range d.in.Lines {
		at := fmt.Sprintf("lines[%d].quantity", i)
		item := d.l.Item(line.Item)
		waiting, handed := order.Shippable(item), order.Returnable(item)
		most := handed
		if p.goods == vocab.GoodsUnshipped {
			most = waiting
		}
		switch {
		case !p.kind.units && line.Quantity != 0, p.kind.units && line.Quantity < 1:
			faults.Add(at, fault.InvalidInput, "It does not fit the kind.")
		case line.Quantity <= most:
		case line.Quantity <= waiting+handed && waiting > 0 && handed > 0:
			faults.Add(at, fault.MixedQuantity,
				"%d units are not handed over and %d are; a request is about the ones or the others.",
				waiting, handed)
		default:
			faults.Add(at, fault.LimitExceeded, "%d units can be in a request.", most)
		}
	}
	if err := faults.Err(); err != nil || p.goods == vocab.GoodsUnshipped {
		return err
	}
	if vocab.WithBuyer.Has(d.sub.Status) {
		return nil
	}
	parcel, err := d.parcel(ctx)
	if err != nil {
		return err
	}
	p.parcel = parcel
	if parcel.DeliveredAt == nil {
		p.goods = vocab.GoodsInTransit
	}
	return nil
}

// unshipped reports whether the request is about units that were not handed over.
func (d *requestDraft) unshipped(k kind) bool {
	if !k.takes(vocab.GoodsUnshipped, d.in.Way) || !d.in.Parcel.IsZero() {
		return false
	}
	if d.in.Goods != "" {
		return d.in.Goods == vocab.GoodsUnshipped
	}
	for _, line := range d.in.Lines {
		item := d.l.Item(line.Item)
		if order.Shippable(item) < line.Quantity && order.Returnable(item) > 0 {
			return line.Quantity > order.Returnable(item) && order.Shippable(item) > 0
		}
	}
	return true
}

// parcel finds the first parcel that has all the goods and of which no other request has them.
func (d *requestDraft) parcel(ctx context.Context) (*ent.Shipment, error) {
	parcels, err := d.handedOver(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range parcels {
		if !d.in.Parcel.IsZero() && p.ID != d.in.Parcel || d.in.Parcel.IsZero() && !d.fits(p) {
			continue
		}
		free, err := d.freeIn(ctx, p)
		if err != nil {
			return nil, err
		}
		if d.covered(free) {
			return p, nil
		}
	}
	return nil, fault.At("parcel", fault.InvalidInput,
		"No such parcel has all these units outside of other requests; make one for each parcel.")
}

// fits reports whether a parcel is where the way back that was named, or not, says.
func (d *requestDraft) fits(p *ent.Shipment) bool {
	return d.in.Way == "" || p.DeliveredAt == nil
}

func (d *requestDraft) covered(free map[globalid.ID]int64) bool {
	for _, line := range d.in.Lines {
		if free[line.Item] < max(1, line.Quantity) {
			return false
		}
	}
	return true
}

// freeIn is how many units of each item in a parcel no request has, or had and refunded.
func freeIn(
	ctx context.Context, client *ent.Client, p *ent.Shipment,
) (map[globalid.ID]int64, error) {
	free := map[globalid.ID]int64{}
	for _, it := range p.Edges.Items {
		free[it.ItemID] += it.Quantity
	}
	taken, err := client.AfterSaleLine.Query().Where(aftersaleline.HasAfterSaleWith(
		entaftersale.ShipmentID(p.ID), entaftersale.Or(entaftersale.TriggerNotNil(),
			entaftersale.StatusNotIn(vocab.AfterSaleFinal...)))).All(ctx)
	for _, line := range taken {
		free[line.ItemID] -= line.Quantity
	}
	return free, err
}

// packed reports whether some of the unshipped units are packed, of a shop that has to approve
// about those.
func (d *requestDraft) packed(ctx context.Context, p *plan) (bool, error) {
	if !vocab.Packed.Has(vocab.WarehouseStage(d.terms.AutoApproveUntil)) {
		return false, nil
	}
	var items []globalid.ID
	for _, c := range p.claims {
		items = append(items, c.item.ID)
	}
	rows, err := d.client.ShipmentItem.Query().Where(shipmentitem.ItemIDIn(items...),
		shipmentitem.HasShipmentWith(entshipment.PurposeEQ(vocab.OrderParcel),
			entshipment.StageIn(vocab.Packed...))).All(ctx)
	if err != nil {
		return false, err
	}
	inParcels := map[globalid.ID]int64{}
	for _, row := range rows {
		inParcels[row.ItemID] += row.Quantity
	}
	for _, c := range p.claims {
		if c.units > order.Shippable(c.item)-inParcels[c.item.ID] {
			return true, nil
		}
	}
	return false, nil
}

// addGifts adds what was given with items of which nothing is left: it comes back with them.
func (d *requestDraft) addGifts(ctx context.Context, p *plan) error {
	var free map[globalid.ID]int64
	if p.parcel != nil {
		var err error
		if free, err = d.freeIn(ctx, p.parcel); err != nil {
			return err
		}
	}
	named := map[globalid.ID]bool{}
	for _, c := range p.claims {
		named[c.item.ID] = true
	}
	for _, c := range p.claims {
		if c.units < c.item.RefundableQuantity {
			continue
		}
		for _, gift := range d.l.Gifts(c.item) {
			units := order.Returnable(gift)
			switch {
			case p.goods == vocab.GoodsUnshipped:
				units = order.Shippable(gift)
			case gift.SubOrderID != d.sub.ID:
				units = 0
			case p.parcel != nil:
				units = min(units, free[gift.ID])
			}
			if units > 0 && !named[gift.ID] {
				p.claims = append(p.claims, claim{item: gift, units: units,
					amount: mostMoney(gift, units)})
			}
		}
	}
	return nil
}

// fewEnough refuses a request where there are too many already: of the order, open ones, and about
// an item such as came to nothing.
func (d *requestDraft) fewEnough(p *plan) error {
	if d.revised {
		return nil
	}
	if by := d.l.Actor.Role; by == vocab.Buyer || by == vocab.Merchant {
		if err := limit.Requests.OneMore(len(d.earlier)); err != nil {
			return err
		}
	}
	if d.staffed {
		return nil
	}
	open, inVain := map[globalid.ID]int{}, map[globalid.ID]int{} // by item
	openHere := 0
	for _, request := range d.earlier {
		counts := inVain
		switch {
		case vocab.AfterSaleFruitless.Has(request.Status):
		case vocab.AfterSaleOpen.Has(request.Status) && request.OpenedBy == vocab.Buyer:
			counts = open
			openHere++
		default:
			continue
		}
		for _, line := range request.Edges.Lines {
			counts[line.ItemID]++
		}
	}
	if err := limit.OpenOfOrder.OneMore(openHere); err != nil {
		return err
	}
	for _, c := range p.claims {
		err := cmp.Or(limit.OpenOfItem.OneMore(open[c.item.ID]),
			limit.InVain.OneMore(inVain[c.item.ID]))
		if err != nil {
			return err
		}
	}
	return nil
}
