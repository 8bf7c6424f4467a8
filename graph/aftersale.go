package graph

import (
	"context"
	"slices"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/shortage"
	"orderflow/graph/view"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// afterSaleOf reads a request with what is selected at the payload's field.
func (r *Resolver) afterSaleOf(ctx context.Context, id globalid.ID) (*ent.AfterSale, error) {
	q := r.read.AfterSale.Query().Where(entaftersale.ID(id))
	return one(ctx, q, "AfterSale", "afterSale")
}

func (r *Resolver) shortageOf(ctx context.Context, id globalid.ID) (*ent.Shortage, error) {
	return one(ctx, r.read.Shortage.Query().Where(shortage.ID(id)), "Shortage", "shortage")
}

// afterSaleDone is what a payload tells of a command on one request.
func (r *Resolver) afterSaleDone(
	ctx context.Context, id globalid.ID, err error,
) (row *ent.AfterSale, told []*view.UserError, _ error) {
	if told, err = outcome(err, nil); err == nil && len(told) == 0 {
		row, err = r.afterSaleOf(ctx, id)
	}
	return row, told, err
}

// shortageDone is what a payload tells of a command on one shortage.
func (r *Resolver) shortageDone(
	ctx context.Context, id globalid.ID, err error,
) (row *ent.Shortage, told []*view.UserError, _ error) {
	if told, err = outcome(err, nil); err == nil && len(told) == 0 {
		row, err = r.shortageOf(ctx, id)
	}
	return row, told, err
}

// subOrderDone is what a payload tells of a command on one sub-order.
func (r *Resolver) subOrderDone(
	ctx context.Context, id globalid.ID, err error,
) (row *ent.SubOrder, told []*view.UserError, _ error) {
	if told, err = outcome(err, nil); err == nil && len(told) == 0 {
		row, err = r.subOrderOf(ctx, id, "subOrder")
	}
	return row, told, err
}

// approved shows what became of each request.
func (r *Resolver) approved(
	ctx context.Context, results []aftersale.ApproveResult,
) ([]*view.ApproveAfterSaleResult, error) {
	var ids []globalid.ID
	for _, result := range results {
		if result.Err == nil {
			ids = append(ids, result.AfterSale)
		}
	}
	rows := map[globalid.ID]*ent.AfterSale{}
	if len(ids) > 0 {
		q := r.read.AfterSale.Query().Where(entaftersale.IDIn(ids...))
		found, err := all(ctx, q, "AfterSale", "results", "afterSale")
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			rows[row.ID] = row
		}
	}
	out := make([]*view.ApproveAfterSaleResult, len(results))
	for i, result := range results {
		out[i] = &view.ApproveAfterSaleResult{UserErrors: view.UserErrors(result.Err)}
		if result.Err == nil {
			out[i].AfterSale = rows[result.AfterSale]
		}
	}
	return out, nil
}

// forceRefund ends an open request, or makes one.
func (r *Resolver) forceRefund(
	ctx context.Context, in view.ForceRefundInput,
) (globalid.ID, error) {
	switch {
	case (in.AfterSale == nil) == (in.Request == nil):
		return globalid.ID{}, fault.At("afterSale", fault.InvalidInput,
			"Name an open request, or what a new one is about.")
	case in.AfterSale == nil:
		return r.afterSales.ForceNewRefund(ctx, requestOf(*in.Request))
	}
	return r.afterSales.ForceRefund(ctx, *in.AfterSale,
		aftersale.Statement{Text: in.Text, Images: in.Images})
}

// afterSaleActions asks the table what the viewer may do with a request.
func afterSaleActions(ctx context.Context, row *ent.AfterSale) []vocab.AfterSaleAction {
	return lifecycle.AfterSale.Allowed(row.Status, auth.From(ctx).Role, factsOf(ctx, row))
}

// shortageActions: what is asked for one action is not known for the others, so each is tried.
func shortageActions(ctx context.Context, row *ent.Shortage) (may []vocab.ShortageAction) {
	role := auth.From(ctx).Role
	for _, on := range vocab.ShortageActions {
		facts := aftersale.ShortageFacts(row, on)
		if _, err := lifecycle.ShortageTable.Next(row.Status, on, role, facts); err == nil {
			may = append(may, on)
		}
	}
	return may
}

// extendDeadline gives a sub-order, a request or a shortage more time.
func (r *Resolver) extendDeadline(
	ctx context.Context, in view.ExtendDeadlineInput, out *view.ExtendDeadlinePayload,
) (err error) {
	named := 0
	for _, id := range []*globalid.ID{in.SubOrder, in.AfterSale, in.Shortage} {
		if id != nil {
			named++
		}
	}
	extend := aftersale.ExtendInput{Kind: order.DeadlineKind(in.Kind), Seconds: in.Seconds}
	switch {
	case named != 1:
		out.UserErrors = view.UserErrors(oneOfThem("subOrder"))
	case in.SubOrder != nil:
		id, failed := r.orders.ExtendDeadline(ctx, order.ExtendInput{
			SubOrder: *in.SubOrder, Kind: extend.Kind, Seconds: in.Seconds,
		})
		out.SubOrder, out.UserErrors, err = r.subOrderDone(ctx, id, failed)
	case in.AfterSale != nil:
		extend.ID = *in.AfterSale
		id, failed := r.afterSales.Extend(ctx, extend)
		out.AfterSale, out.UserErrors, err = r.afterSaleDone(ctx, id, failed)
	default:
		extend.ID = *in.Shortage
		id, failed := r.shortages.Extend(ctx, extend)
		out.Shortage, out.UserErrors, err = r.shortageDone(ctx, id, failed)
	}
	return err
}

// oneOfThem is the fault of an input that names none, or several, of which one is needed.
func oneOfThem(field string) error {
	return fault.At(field, fault.InvalidInput, "Name exactly one.")
}

// afterSaleEvents streams the news of one request, or of all of a shop.
func (r *Resolver) afterSaleEvents(
	ctx context.Context, id, shop *globalid.ID, after *event.Cursor,
) (<-chan view.OrderEvent, error) {
	if (id == nil) == (shop == nil) {
		return nil, fault.At("afterSale", fault.BadUserInput, "Name a request or a shop.")
	}
	filter := event.Filter{Types: requestEvents}
	if shop != nil {
		if v := auth.From(ctx); !v.HasShop(*shop) {
			return nil, noSuch("shop")
		}
		filter.Shop = *shop
		return follow[view.OrderEvent](ctx, r, filter, after)
	}
	row, err := r.read.AfterSale.Query().Where(entaftersale.ID(*id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, noSuch("after-sale request")
	}
	if err != nil {
		return nil, err
	}
	filter.Order = row.OrderID
	return stream(ctx, r, filter, after, func(e *ent.Event) (view.OrderEvent, error) {
		if e.Payload.AfterSale != *id {
			return nil, errNotMeant
		}
		return tell[view.OrderEvent](ctx, r, e)
	})
}

// requestEvents are the events of requests, and of what couriers answer to them.
var requestEvents = func() (names []string) {
	for _, row := range lifecycle.AfterSale.Rows {
		names = append(names, row.Emit)
	}
	for _, row := range lifecycle.Interception.Rows {
		names = append(names, row.Emit)
	}
	slices.Sort(names)
	return slices.Compact(names)
}()
