package read

import (
	"context"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

// AfterSaleActions are what the viewer may do with a request now. Its facts are preloaded, by the
// function that the commands use.
func AfterSaleActions(ctx context.Context, row *ent.AfterSale) []vocab.AfterSaleAction {
	return lifecycle.AfterSale.Allowed(row.Status, auth.From(ctx).Role, preloadedFacts(ctx, row))
}

// AfterSaleDeadlines lists the deadline of a request.
func AfterSaleDeadlines(row *ent.AfterSale) []*view.Deadline {
	return deadlineIf(true, view.DeadlineKind(aftersale.Deadline(row.Status)), row.DueAt)
}

// ShortageActions are what the viewer may do with a shortage now. The facts depend on the action,
// so each is tried.
func ShortageActions(ctx context.Context, row *ent.Shortage) (actions []vocab.ShortageAction) {
	role := auth.From(ctx).Role
	for _, on := range lifecycle.ShortageTable.Actions {
		facts := shortage.Facts(row, on)
		if _, err := lifecycle.ShortageTable.Next(row.Status, on, role, facts); err == nil {
			actions = append(actions, on)
		}
	}
	return actions
}

// ShortageDeadlines lists the deadline of a shortage.
func ShortageDeadlines(row *ent.Shortage) []*view.Deadline {
	return deadlineIf(true, view.DeadlineKind(shortage.Deadline(row.Status)), row.DueAt)
}
