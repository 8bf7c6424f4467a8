package graph

import (
	"context"
	"errors"
	"slices"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/billdifference"
	"orderflow/ent/order"
	"orderflow/ent/refund"
	"orderflow/ent/shop"
	"orderflow/ent/sku"
	"orderflow/ent/suborder"
	"orderflow/graph/read"
	"orderflow/graph/view"
	"orderflow/internal/checkout"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	noun "orderflow/internal/order"
)

// userErrors are the faults of a command that a user can cause, and the problem that came with a
// result; a missing token, a role that may never do this and failures are errors of the response.
func userErrors(err error, problem *fault.Error) ([]*view.UserError, error) {
	switch fault.CodeOf(err) {
	case fault.Unauthenticated, fault.Forbidden, fault.Unavailable:
		return nil, err
	case fault.Internal:
		if err != nil {
			return nil, err
		}
	}
	shown := view.UserErrors(err)
	if problem != nil {
		shown = append(shown, view.UserErrors(problem)...)
	}
	return shown, nil
}

// payload is what a command on one row returns: the row, read anew, or user errors.
func payload[T any](
	ctx context.Context, id globalid.ID, err error,
	readRow func(ctx context.Context, id globalid.ID) (T, error),
) (row T, errs []*view.UserError, _ error) {
	if errs, err = userErrors(err, nil); err == nil && len(errs) == 0 {
		row, err = readRow(ctx, id)
	}
	return row, errs, err
}

// oneNeeded is the fault of an input that names none, or several, of which one is needed.
func oneNeeded(field string) error {
	return fault.At(field, fault.InvalidInput, "Name exactly one.")
}

// shopOf reads a shop, with what its payload's field selects.
func (r *Resolver) shopOf(ctx context.Context, id globalid.ID) (*ent.Shop, error) {
	return read.One(ctx, r.read.Shop.Query().Where(shop.ID(id)), "Shop", "shop")
}

// refundOf reads a refund, with what its payload's field selects.
func (r *Resolver) refundOf(ctx context.Context, id globalid.ID) (*ent.Refund, error) {
	return read.One(ctx, r.read.Refund.Query().Where(refund.ID(id)), "Refund", "refund")
}

// orderOf reads the order that a mutation worked on, with what its payload's field selects.
func (r *Resolver) orderOf(ctx context.Context, id globalid.ID) (*ent.Order, error) {
	if id.IsZero() {
		return nil, nil
	}
	return read.One(ctx, r.read.Order.Query().Where(order.ID(id)), "Order", "order")
}

func (r *Resolver) differenceOf(
	ctx context.Context, id globalid.ID,
) (*ent.BillDifference, error) {
	q := r.read.BillDifference.Query().Where(billdifference.ID(id))
	return read.One(ctx, q, "BillDifference", "difference")
}

func (r *Resolver) subOrderOf(ctx context.Context, id globalid.ID) (*ent.SubOrder, error) {
	return r.subOrderAt(ctx, id, "subOrder")
}

// subOrderAt reads a sub-order with what is selected at a field of the payload.
func (r *Resolver) subOrderAt(
	ctx context.Context, id globalid.ID, field string,
) (*ent.SubOrder, error) {
	return read.One(ctx, r.read.SubOrder.Query().Where(suborder.ID(id)), "SubOrder", field)
}

// skusOf reads skus with what is selected of them at any of the paths.
func (r *Resolver) skusOf(
	ctx context.Context, ids []globalid.ID, paths ...[]string,
) (map[globalid.ID]*ent.Sku, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := read.AllAt(ctx, r.read.Sku.Query().Where(sku.IDIn(ids...)), "Sku", paths...)
	return byID(rows, func(s *ent.Sku) globalid.ID { return s.ID }), err
}

// quoteOf shows a quote at a path below the field being resolved.
func (r *Resolver) quoteOf(
	ctx context.Context, q *checkout.Quote, path ...string,
) (*view.Quote, error) {
	at := func(names ...string) []string { return slices.Concat(path, names) }
	skus, err := r.skusOf(ctx, view.SkusOf(q),
		at("lines", "sku"), at("parcels", "lines", "sku"), at("problems", "skus"))
	if err != nil {
		return nil, err
	}
	return view.QuoteOf(q, skus), nil
}

// addRefusal adds to the payload of placeOrder what the buyer needs in order to place it.
func (r *Resolver) addRefusal(ctx context.Context, out *view.PlaceOrderPayload, err error) error {
	var changed *checkout.PriceChanged
	if errors.As(err, &changed) {
		out.Quote, err = r.quoteOf(ctx, changed.Quote, "quote")
		return err
	}
	var refused *noun.Refusal
	if !errors.As(err, &refused) {
		return nil
	}
	skus, err := r.skusOf(ctx, refused.Skus, []string{"skus"})
	for _, id := range refused.Skus {
		if row := skus[id]; row != nil {
			out.Skus = append(out.Skus, row)
		}
	}
	return err
}

// addressChangeOf reads an address change, with what its payload's field selects.
func (r *Resolver) addressChangeOf(
	ctx context.Context, id globalid.ID,
) (*ent.AddressChange, error) {
	q := r.read.AddressChange.Query().Where(addresschange.ID(id))
	return read.One(ctx, q, "AddressChange", "change")
}
