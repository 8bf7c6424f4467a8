package aftersale

import (
	"context"

	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// OpenForBuyer opens a request in the buyer's stead; it is approved with that. Goods on their way
// need no way back when the money alone is given.
//
// Merchants of the shop, support and platform staff may call it, also after the trade's success;
// the shop until OpenDays after it. Faults: those of Request, and OUT_OF_STOCK. After commit as
// Approve.
func (s *AfterSales) OpenForBuyer(ctx context.Context, in RequestInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Merchant, vocab.Support, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	trigger := vocab.TriggerApproved
	if v.Role == vocab.Merchant {
		trigger = vocab.TriggerMerchant
	}
	return s.openFor(ctx, v, in, start{action: vocab.OpenForBuyer, trigger: trigger})
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
	return s.command(ctx, id, staff, func(ctx context.Context, s *session) error {
		s.addMessage(vocab.MessageRuling, said)
		return s.transition(ctx, step{action: vocab.ForceRefund,
			trigger: vocab.TriggerForced})
	})
}

// ForceNewRefund refunds without a request of the buyer and without an approval: money alone,
// whatever becomes of goods that were handed over.
//
// Support and platform staff may call it, also after the trade's success. Faults: those of Request.
// After commit the refund runs.
func (s *AfterSales) ForceNewRefund(ctx context.Context, in RequestInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, staff...)
	if err != nil {
		return globalid.ID{}, err
	}
	if in.Kind != vocab.RefundOnly && in.Kind != vocab.PriceDifference {
		return globalid.ID{}, fault.At("kind", fault.InvalidInput,
			"It must be about money alone.")
	}
	return s.openFor(ctx, v, in, start{
		action: vocab.ForceRefund, trigger: vocab.TriggerForced})
}
