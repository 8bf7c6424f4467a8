package aftersale

import (
	"context"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// OpenForBuyer opens a request in the buyer's stead; it is approved with that. Goods on their way
// need no way back when the money alone is given.
//
// Merchants of the shop, support and platform staff may call it, also after the trade's success.
// Faults: those of Request, and OUT_OF_STOCK. After commit as Approve.
func (s *AfterSales) OpenForBuyer(ctx context.Context, in RequestInput) (globalid.ID, error) {
	v, err := actingRole(ctx, vocab.Merchant, vocab.Support, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	trigger := vocab.TriggerApproved
	if v.Role == vocab.Merchant {
		trigger = vocab.TriggerMerchant
	}
	return s.openFor(ctx, v, in, vocab.OpenForBuyer, trigger)
}

// ForceRefund ends an open request with a refund of what it holds 强制退款.
//
// Support and platform staff may call it. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED. After commit the refund runs.
func (s *AfterSales) ForceRefund(
	ctx context.Context, id globalid.ID, said Statement,
) (globalid.ID, error) {
	var faults fault.List
	said.check(&faults)
	if err := faults.Err(); err != nil {
		return id, err
	}
	return s.onRequest(ctx, id, staff, func(ctx context.Context, d *desk) error {
		if err := d.say(ctx, vocab.MessageRuling, said); err != nil {
			return err
		}
		return d.step(ctx, step{on: vocab.ForceRefund, by: d.role(),
			trigger: vocab.TriggerForced})
	})
}

// ForceNewRefund refunds without a request of the buyer and without asking anybody: money alone,
// whatever becomes of goods that were handed over.
//
// Support and platform staff may call it, also after the trade's success. Faults: those of Request.
// After commit the refund runs.
func (s *AfterSales) ForceNewRefund(ctx context.Context, in RequestInput) (globalid.ID, error) {
	v, err := actingRole(ctx, staff...)
	if err != nil {
		return globalid.ID{}, err
	}
	if in.Kind != vocab.RefundOnly && in.Kind != vocab.PriceDifference {
		return globalid.ID{}, fault.At("kind", fault.InvalidInput,
			"It must be about money alone.")
	}
	return s.openFor(ctx, v, in, vocab.ForceRefund, vocab.TriggerForced)
}
