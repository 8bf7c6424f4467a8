package order

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// FreightGroup returns the sub-orders that paid one freight together: those of the shop and
// logistics class of one of them.
func (l *Locked) FreightGroup(sub *ent.SubOrder) []*ent.SubOrder {
	var group []*ent.SubOrder
	for _, other := range l.Subs {
		if other.ShopID == sub.ShopID && other.LogisticsClass == sub.LogisticsClass {
			group = append(group, other)
		}
	}
	return group
}

// FreightClaim is a claim to the freight of the group of a sub-order.
type FreightClaim struct {
	Sub    *ent.SubOrder
	More   map[globalid.ID]int64 // units of items to be taken besides those that are
	Liable bool                  // the shop bears the cost, also of what was handed over
	// Request is the one that claims it, or zero, and Open what it counts of the items'
	// AfterSaleQuantity.
	Request globalid.ID
	Open    map[globalid.ID]int64
}

// FreightDue is what of the freight comes back: all that is left of it with the last unit of the
// group, if none was handed over or the shop is liable, else 0. As long as another request may
// still give units of the group back, the last one has not gone.
func (l *Locked) FreightDue(
	ctx context.Context, claim FreightClaim,
) (amount int64, err error) {
	var items []globalid.ID
	var others int64 // units in other open requests
	for _, sub := range l.FreightGroup(claim.Sub) {
		amount += sub.FreightRefundable
		for _, it := range l.itemsOf(sub.ID) {
			items = append(items, it.ID)
			others += it.AfterSaleQuantity - claim.Open[it.ID]
			if it.RefundableQuantity > claim.More[it.ID] ||
				it.ShippedQuantity > 0 && !claim.Liable {
				return 0, nil
			}
		}
	}
	if amount == 0 || others == 0 {
		return amount, nil
	}
	open, err := l.client.AfterSaleLine.Query().Where(aftersaleline.ItemIDIn(items...),
		aftersaleline.QuantityGT(0), aftersaleline.HasAfterSaleWith(
			aftersale.StatusNotIn(vocab.AfterSaleDecided...), aftersale.IDNEQ(claim.Request))).Exist(ctx)
	if err != nil || open {
		return 0, err
	}
	return amount, nil
}

// TakeFreight takes what FreightDue says out of what is left of the freight.
func (l *Locked) TakeFreight(ctx context.Context, claim FreightClaim) (int64, error) {
	amount, err := l.FreightDue(ctx, claim)
	if err != nil || amount == 0 {
		return 0, err
	}
	for _, sub := range l.FreightGroup(claim.Sub) {
		sub.FreightRefundable = 0
	}
	return amount, nil
}

// DropFreight gives freight back that was taken of the group of a sub-order.
func (l *Locked) DropFreight(sub *ent.SubOrder, amount int64) {
	for _, one := range l.FreightGroup(sub) {
		part := min(amount, one.Freight-one.FreightRefundable-one.FreightRefunded)
		amount -= part
		one.FreightRefundable += part
	}
}

// freightRefunded counts the freight of a refund where it was taken from: at the sub-orders that
// paid one freight with the refund's.
func (l *Locked) freightRefunded(refund *ent.Refund) {
	if refund.SubOrderID == nil || refund.Freight == 0 {
		return
	}
	rest := refund.Freight
	for _, sub := range l.FreightGroup(l.Sub(*refund.SubOrderID)) {
		part := min(rest, sub.Freight-sub.FreightRefundable-sub.FreightRefunded)
		rest -= part
		sub.FreightRefunded += part
	}
}
