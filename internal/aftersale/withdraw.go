package aftersale

import (
	"context"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Withdraw takes a request back 撤销: the buyer wants nothing any more. What it held is free again.
//
// The buyer may call it until goods have gone back or the courier has promised to bring them. After
// commit nothing follows.
func (s *AfterSales) Withdraw(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.command(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			return s.transition(ctx, step{action: vocab.WithdrawAfterSale})
		})
}
