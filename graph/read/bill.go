package read

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/billdifference"
	"orderflow/ent/predicate"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// WhereBillDifferences are the conditions of a filter.
func WhereBillDifferences(f *view.BillDifferenceFilter) (all []predicate.BillDifference) {
	if f == nil {
		return nil
	}
	all = addIf(all, f.Channel, billdifference.ChannelEQ)
	all = addIf(all, f.Day, billdifference.Day)
	return addIf(all, f.Open, func(open bool) predicate.BillDifference {
		return either(open, billdifference.StatusIn(vocab.DifferenceUnresolved...),
			billdifference.Not)
	})
}

// DifferenceActions are what the viewer may do with a difference now.
func DifferenceActions(ctx context.Context, d *ent.BillDifference) []vocab.DifferenceAction {
	return lifecycle.Difference.Allowed(d.Status, auth.From(ctx).Role, lifecycle.NoFacts{})
}

// AmountOrNone is money; nil for none of it.
func AmountOrNone(amount int64, currency string) *money.Money {
	if amount == 0 {
		return nil
	}
	return &money.Money{Amount: amount, Currency: money.Currency(currency)}
}
