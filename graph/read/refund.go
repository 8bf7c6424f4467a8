package read

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// RefundActions are what the viewer may do with a refund now.
func RefundActions(ctx context.Context, f *ent.Refund) []vocab.RefundAction {
	return lifecycle.Refund.Allowed(f.Status, auth.From(ctx).Role,
		lifecycle.RefundFacts{NothingToMove: f.Amount == 0})
}
