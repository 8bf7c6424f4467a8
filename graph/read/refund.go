package read

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// refundFacts are the facts of a refund. Commands: payment.Payments.RetryRefund and ResolveRefund;
// whether it was paid outside is named by the input, and either way is the same action.
func refundFacts(f *ent.Refund) lifecycle.RefundFacts {
	return lifecycle.RefundFacts{NothingToMove: f.Amount == 0}
}

// RefundActions are what the viewer may do with a refund now.
func RefundActions(ctx context.Context, f *ent.Refund) []vocab.RefundAction {
	return lifecycle.Refund.Allowed(f.Status, auth.From(ctx).Role, refundFacts(f))
}
