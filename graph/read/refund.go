package read

import (
	"context"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// RefundActions are what the viewer may do with a refund now.
func RefundActions(ctx context.Context, f *ent.Refund) []vocab.RefundAction {
	v := auth.From(ctx)
	return lifecycle.Refund.Allowed(f.Status, v.Role, lifecycle.RefundFacts{
		NothingToMove: f.Amount == 0,
		OtherAsked:    f.OutsideProof != "" && *f.OutsideBy != v.StaffID})
}

// AwaitingApproval is what a second person has to approve of a refund, nil for nothing, and for
// viewers who may not.
func AwaitingApproval(ctx context.Context, f *ent.Refund) *view.OutsidePayment {
	if f.OutsideProof == "" || !auth.From(ctx).SeesAllShops() {
		return nil
	}
	return &view.OutsidePayment{Proof: f.OutsideProof, By: *f.OutsideBy, At: *f.OutsideAt}
}
