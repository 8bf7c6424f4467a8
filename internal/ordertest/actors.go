package ordertest

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Label returns a text that no other call returns.
func (e *Env) Label(prefix string) string { return fmt.Sprint(prefix, e.count.Add(1)) }

// NewBuyer returns the context of a new buyer.
func (e *Env) NewBuyer() context.Context {
	row := e.DB.Client.Buyer.Create().SetSubject(e.Label("b")).SaveX(e.T.Context())
	return e.asBuyer(row)
}

// BuyerOf returns the context of the buyer of an order.
func (e *Env) BuyerOf(order globalid.ID) context.Context {
	return e.asBuyer(e.DB.Client.Order.GetX(e.T.Context(), order).QueryBuyer().
		OnlyX(e.T.Context()))
}

func (e *Env) asBuyer(row *ent.Buyer) context.Context {
	return auth.With(e.T.Context(), &auth.Viewer{Subject: row.Subject, Role: vocab.Buyer,
		BuyerID: row.ID})
}

// Staff returns the context of a new staff member, bound to these shops.
func (e *Env) Staff(role vocab.Role, shops ...*ent.Shop) context.Context {
	row := e.DB.Client.Staff.Create().SetSubject(e.Label("s")).SetRole(role).
		SaveX(e.T.Context())
	v := &auth.Viewer{Subject: row.Subject, Role: role, StaffID: row.ID}
	for _, shop := range shops {
		v.Shops = append(v.Shops, shop.ID)
	}
	return auth.With(e.T.Context(), v)
}

// ViewerID is the id of the buyer or staff member of a context.
func ViewerID(ctx context.Context) globalid.ID {
	v := auth.From(ctx)
	if v.Role == vocab.Buyer {
		return v.BuyerID
	}
	return v.StaffID
}
