package read

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// SubOrderActions are what the viewer may do with a sub-order now that has these facts: TradeFacts,
// which the operation has read. Before payment all actions are on the order.
func SubOrderActions(
	ctx context.Context, s *ent.SubOrder, facts lifecycle.TradeFacts,
) []vocab.TradeAction {
	if vocab.Unpaid.Has(s.Status) {
		return nil
	}
	role := auth.From(ctx).Role
	actions := lifecycle.Trade.Allowed(s.Status, role, facts)
	actions = slices.DeleteFunc(actions, func(a vocab.TradeAction) bool {
		return onReview.Has(a) || onPaidOrder.Has(a)
	})
	// What makes a sub-order in this status takes its units from another one in it.
	for _, on := range lifecycle.Trade.Allowed("", role, facts) {
		row, err := lifecycle.Trade.Next("", on, role, facts)
		if err == nil && row.To == s.Status {
			actions = append(actions, on)
		}
	}
	return actions
}

// SubOrderDeadlines lists the deadlines of a sub-order. While a request is open none but those
// before the receipt run, and on hold that of shipping does not.
func SubOrderDeadlines(s *ent.SubOrder) []*view.Deadline {
	quiet := s.OpenRequests == 0
	return slices.Concat(
		deadlineIf(vocab.ToShip.Has(s.Status) && s.HeldAt == nil, view.DeadlineKindShip,
			s.ShipDueAt),
		deadlineIf(vocab.ToShip.Has(s.Status), view.DeadlineKindAddressAnswer, s.AddressDueAt),
		deadlineIf(vocab.AwaitingReceipt.Has(s.Status) && quiet, view.DeadlineKindReceipt,
			s.ReceiptDueAt),
		deadlineIf(vocab.AwaitingReceipt.Has(s.Status) && quiet, view.DeadlineKindTrouble,
			s.TroubleDueAt),
		deadlineIf(vocab.InReturnWindow.Has(s.Status) && quiet, view.DeadlineKindComplete,
			s.CompleteDueAt),
	)
}

// ReviewActions are what the viewer may do with a review now; nothing for one whose sub-order the
// viewer does not see.
func ReviewActions(ctx context.Context, review *ent.Review) []vocab.TradeAction {
	s := review.Edges.SubOrder
	if s == nil {
		return nil
	}
	actions := lifecycle.Trade.Allowed(s.Status, auth.From(ctx).Role, lifecycle.TradeFacts{})
	return slices.DeleteFunc(actions, func(a vocab.TradeAction) bool {
		return !onReview.Has(a) || a == vocab.AppendReview && review.AppendedAt != nil ||
			a == vocab.ReplyReview && review.RepliedAt != nil
	})
}
