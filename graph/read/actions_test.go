package read_test

import (
	"slices"
	"testing"

	"orderflow/ent"
	"orderflow/graph/read"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// viewers are the roles that call the API.
var viewers = []vocab.Role{
	vocab.Buyer, vocab.Merchant, vocab.Warehouse, vocab.Support, vocab.Platform,
}

// TestActionsAreTheRowsOfTheTable compares what is offered on paid sub-orders and on their reviews
// with the rows of the trade table, in both directions.
func TestActionsAreTheRowsOfTheTable(t *testing.T) {
	t.Parallel()
	// Offered on the order, which has no other action once it is paid.
	ofOrder := []vocab.TradeAction{vocab.RequestAddress, vocab.OfferAddress}
	facts := lifecycle.TradeFacts{Unreviewed: true}
	held := lifecycle.TradeFacts{ShopHolds: true, PlatformHolds: true}
	for _, status := range vocab.TradeStatuses[2:] {
		for _, role := range viewers {
			var want []vocab.TradeAction
			for _, row := range lifecycle.Trade.Rows {
				starts := slices.Contains(row.From, status) || len(row.From) == 0 && row.To == status
				if starts && slices.Contains(row.By, role) && !slices.Contains(ofOrder, row.On) {
					want = append(want, row.On)
				}
			}
			ctx := auth.With(t.Context(), &auth.Viewer{Role: role})
			sub := &ent.SubOrder{Status: status}
			review := &ent.Review{Edges: ent.ReviewEdges{SubOrder: sub}}
			got := slices.Concat(read.SubOrderActions(ctx, sub, facts),
				read.SubOrderActions(ctx, sub, held), read.ReviewActions(ctx, review))
			for _, actions := range []*[]vocab.TradeAction{&got, &want} {
				slices.Sort(*actions)
				*actions = slices.Compact(*actions)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s of a %s sub-order is offered %v, the table has %v",
					role, status, got, want)
			}
		}
	}
}
