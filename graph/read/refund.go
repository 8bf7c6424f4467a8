package read

import (
	"context"
	"strings"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/payment"
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

// RefundFailure is what is said of a refund that failed at its channel. The proof that it was paid
// outside may name somebody's account, and is for support and the platform.
func RefundFailure(ctx context.Context, f *ent.Refund) string {
	if strings.HasPrefix(f.Failure, payment.PaidOutside) && !auth.From(ctx).SeesAllShops() {
		return "paid outside"
	}
	return f.Failure
}
