package bench

import (
	"context"
	"fmt"
	"time"

	"orderflow/internal/vocab"
)

var oldestQuery = newOperation(`{ orders(first: 1, orderBy: {field: CREATED_AT, direction: ASC}) {
  edges { node { createdAt address { street } payments { status } timeline { type } } } } }`)

// checkCopies reads the oldest order of the first buyer, which is a copy, as its buyer: what
// copying could break and verify does not see.
func (e *environment) checkCopies(ctx context.Context) error {
	type order struct {
		CreatedAt time.Time
		Address   *struct{ Street string }
		Payments  []struct{ Status string }
		Timeline  []struct{ Type string }
	}
	data, err := call[struct {
		Orders struct{ Edges []struct{ Node order } }
	}](ctx, e.client, e.client.buyers[0], oldestQuery, nil)
	if err != nil {
		return err
	}
	edges := data.Orders.Edges
	if len(edges) != 1 {
		return fmt.Errorf("the buyer has %d oldest orders", len(edges))
	}
	o := edges[0].Node
	if o.Address == nil || o.Address.Street == "" || len(o.Payments) != 1 ||
		o.Payments[0].Status != string(vocab.AttemptSucceeded) || len(o.Timeline) < 2 ||
		time.Since(o.CreatedAt) < fillSpan/2 {
		return fmt.Errorf("the copy of an order is %+v", o)
	}
	return nil
}
