package payment

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/vocab"
)

// viewerIn returns who asks when it has one of the roles. Faults: UNAUTHENTICATED, FORBIDDEN.
func viewerIn(ctx context.Context, roles ...vocab.Role) (*auth.Viewer, error) {
	v := auth.From(ctx)
	if v == nil {
		return nil, fault.New(fault.Unauthenticated, "A token is needed.")
	}
	if !slices.Contains(roles, v.Role) {
		return nil, fault.New(fault.Forbidden, "Your role may not do this.")
	}
	return v, nil
}

// mayTouch hides an order from whoever has no part in it. Fault: NOT_FOUND.
func mayTouch(v *auth.Viewer, o *ent.Order, subs []*ent.SubOrder) error {
	if v.SeesAllShops() || v.IsBuyer() && v.BuyerID == o.BuyerID {
		return nil
	}
	if slices.ContainsFunc(subs, func(s *ent.SubOrder) bool { return v.HasShop(s.ShopID) }) {
		return nil
	}
	return fault.New(fault.NotFound, "There is no such order.")
}

// pending says beside a result that it is not final yet.
func pending() *fault.Error {
	return fault.New(fault.ChannelPending,
		"The payment channel has not answered yet; the server goes on by itself.")
}
