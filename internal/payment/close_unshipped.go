package payment

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// CloseUnshipped closes quantity of a paid sub-order that will not be shipped: the units are
// refunded (trigger MERCHANT) and their stock is free. Gifts come back with their item.
//
// A merchant of the sub-order's shop may call it. Faults: NOT_FOUND, INVALID_INPUT,
// ACTION_NOT_ALLOWED. After commit the runner submits the refund.
func (p *Payments) CloseUnshipped(
	ctx context.Context, in CloseUnshippedInput,
) (CloseUnshippedResult, error) {
	viewer, err := viewerIn(ctx, vocab.Merchant)
	if err != nil {
		return CloseUnshippedResult{}, err
	}
	sub, err := p.DB.Client.SubOrder.Get(ctx, in.SubOrder)
	if ent.IsNotFound(err) || err == nil && !viewer.HasShop(sub.ShopID) {
		return CloseUnshippedResult{}, fault.New(fault.NotFound, "There is no such sub-order.")
	}
	if err != nil {
		return CloseUnshippedResult{}, err
	}
	ids, err := p.viewerAtDesk(ctx, sub.OrderID, viewer,
		func(ctx context.Context, d *desk) ([]globalid.ID, error) {
			refund, err := d.closeUnshipped(ctx, in)
			return []globalid.ID{in.SubOrder, refund}, err
		})
	if err != nil {
		return CloseUnshippedResult{}, err
	}
	return CloseUnshippedResult{SubOrder: ids[0], Refund: ids[1]}, nil
}

func (d *desk) closeUnshipped(
	ctx context.Context, in CloseUnshippedInput,
) (refund globalid.ID, err error) {
	sub := d.l.Sub(in.SubOrder)
	_, err = lifecycle.Trade.Next(
		sub.Status, vocab.CloseUnshipped, vocab.Merchant, lifecycle.TradeFacts{})
	if err != nil {
		return refund, order.NotAllowed(err)
	}
	if err := d.checkUnshipped(in); err != nil {
		return refund, err
	}
	asks := []*ask{{sub: sub}}
	lines := slices.Clone(in.Lines)
	slices.SortFunc(lines, func(a, b UnshippedLine) int { // the order in which stock is locked
		return d.l.Item(a.Item).SkuID.Compare(d.l.Item(b.Item).SkuID)
	})
	for _, line := range lines {
		item := d.l.Item(line.Item)
		if err := d.l.Unreserve(ctx, d.tx, item, line.Quantity); err != nil {
			return refund, err
		}
		if err := d.addUnits(ctx, &asks, item, line.Quantity); err != nil {
			return refund, err
		}
	}
	for _, a := range asks {
		// An order that cost nothing has no payment.
		a.payment, a.trigger = d.countedRow(), vocab.TriggerMerchant
	}
	refunds, err := d.requestAll(ctx, asks)
	if err != nil {
		return refund, err
	}
	return refunds[0].ID, nil
}

// checkUnshipped finds every fault of the lines at once.
func (d *desk) checkUnshipped(in CloseUnshippedInput) error {
	var faults fault.List
	if len(in.Lines) == 0 {
		faults.Add("lines", fault.InvalidInput, "At least one line is needed.")
	}
	seen := map[globalid.ID]bool{}
	for i, line := range in.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		item := d.l.Item(line.Item)
		if item == nil || item.SubOrderID != in.SubOrder || seen[line.Item] {
			faults.Add(at+".item", fault.InvalidInput,
				"It must be an item of the sub-order, named once.")
			continue
		}
		seen[line.Item] = true
		if most := d.l.Shippable(item); line.Quantity < 1 || line.Quantity > most {
			faults.Add(at+".quantity", fault.InvalidInput,
				"%d units are neither shipped nor refunded.", most)
		}
	}
	return faults.Err()
}
