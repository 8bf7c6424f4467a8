package payment

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
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
	viewer, err := auth.Require(ctx, vocab.Merchant)
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
	ids, err := p.command(ctx, sub.OrderID, viewer,
		func(ctx context.Context, s *session) ([]globalid.ID, error) {
			refund, err := s.closeUnshipped(ctx, in)
			return []globalid.ID{in.SubOrder, refund}, err
		})
	if err != nil {
		return CloseUnshippedResult{}, err
	}
	return CloseUnshippedResult{SubOrder: ids[0], Refund: ids[1]}, nil
}

func (s *session) closeUnshipped(
	ctx context.Context, in CloseUnshippedInput,
) (refund globalid.ID, err error) {
	if err := s.Load(ctx); err != nil {
		return refund, err
	}
	sub := s.Sub(in.SubOrder)
	err = lifecycle.Check(lifecycle.Trade, sub.Status, vocab.CloseUnshipped, vocab.Merchant,
		s.LeftFacts(sub))
	if err != nil {
		return refund, err
	}
	if err := s.checkUnshipped(in); err != nil {
		return refund, err
	}
	requests := []*refundRequest{{sub: sub}}
	lines := slices.Clone(in.Lines)
	slices.SortFunc(lines, func(a, b UnshippedLine) int { // the order in which stock is locked
		return s.Item(a.Item).SkuID.Compare(s.Item(b.Item).SkuID)
	})
	for _, line := range lines {
		item := s.Item(line.Item)
		if err := s.Unreserve(ctx, order.Hold{Item: item, Units: line.Quantity}); err != nil {
			return refund, err
		}
		if err := s.addUnits(ctx, &requests, item, line.Quantity); err != nil {
			return refund, err
		}
	}
	for _, r := range requests {
		// An order that cost nothing has no payment.
		r.payment, r.trigger = s.counted(), vocab.TriggerMerchant
	}
	refunds, err := s.requestAll(ctx, requests)
	if err != nil {
		return refund, err
	}
	return refunds[0].ID, nil
}

// checkUnshipped finds every fault of the lines at once.
func (s *session) checkUnshipped(in CloseUnshippedInput) error {
	var faults fault.List
	if len(in.Lines) == 0 {
		faults.Add("lines", fault.InvalidInput, "At least one line is needed.")
	}
	if limit.Lines.Within(&faults, "lines", len(in.Lines)); len(faults) > 0 {
		return faults
	}
	seen := map[globalid.ID]bool{}
	for i, line := range in.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		item := s.Item(line.Item)
		if item == nil || item.SubOrderID != in.SubOrder || seen[line.Item] {
			faults.Add(at+".item", fault.InvalidInput,
				"It must be an item of the sub-order, named once.")
			continue
		}
		seen[line.Item] = true
		if most := order.Shippable(item); line.Quantity < 1 || line.Quantity > most {
			faults.Add(at+".quantity", fault.InvalidInput,
				"%d units are neither shipped nor refunded.", most)
		}
	}
	return faults.Err()
}
