package graph

import (
	"context"
	"errors"
	"slices"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/sku"
	"orderflow/graph/view"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	noun "orderflow/internal/order"
)

// outcome sorts what a command returned: what a user can cause is data, and so is the problem that
// came beside a result; a missing token, a role that may never do this and failures are errors.
func outcome(err error, problem *fault.Error) ([]*view.UserError, error) {
	switch fault.CodeOf(err) {
	case fault.Unauthenticated, fault.Forbidden:
		return nil, err
	case fault.Internal:
		if err != nil {
			return nil, err
		}
	}
	told := view.UserErrors(err)
	if problem != nil {
		told = append(told, view.UserErrors(problem)...)
	}
	return told, nil
}

// orderOf reads the order that a mutation worked on, with what its payload's field selects.
func (r *Resolver) orderOf(ctx context.Context, id globalid.ID) (*ent.Order, error) {
	if id.IsZero() {
		return nil, nil
	}
	return one(ctx, r.read.Order.Query().Where(order.ID(id)), "Order", "order")
}

// skusOf reads skus with what is selected of them at any of the paths.
func (r *Resolver) skusOf(
	ctx context.Context, ids []globalid.ID, paths ...[]string,
) (map[globalid.ID]*ent.Sku, error) {
	found := make(map[globalid.ID]*ent.Sku, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	q, err := r.read.Sku.Query().Where(sku.IDIn(ids...)).CollectFields(
		below(ctx, paths...), "Sku", "Node")
	if err != nil {
		return nil, err
	}
	rows, err := q.All(ctx)
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, err
}

// quoteOf shows a quote at a path below the field being resolved.
func (r *Resolver) quoteOf(
	ctx context.Context, q *noun.Quote, path ...string,
) (*view.Quote, error) {
	at := func(names ...string) []string { return slices.Concat(path, names) }
	skus, err := r.skusOf(ctx, view.SkusOf(q),
		at("lines", "sku"), at("parcels", "lines", "sku"), at("problems", "skus"))
	if err != nil {
		return nil, err
	}
	return view.QuoteOf(q, skus), nil
}

// refusal adds to the payload of placeOrder what the buyer needs to go on.
func (r *Resolver) refusal(ctx context.Context, err error, out *view.PlaceOrderPayload) error {
	var refused *noun.Refusal
	if !errors.As(err, &refused) {
		return nil
	}
	skus, err := r.skusOf(ctx, refused.Skus, []string{"skus"})
	if err != nil {
		return err
	}
	for _, id := range refused.Skus {
		if row := skus[id]; row != nil {
			out.Skus = append(out.Skus, row)
		}
	}
	if refused.Quote != nil {
		out.Quote, err = r.quoteOf(ctx, refused.Quote, "quote")
	}
	return err
}
