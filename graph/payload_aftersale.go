package graph

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	entshortage "orderflow/ent/shortage"
	"orderflow/graph/read"
	"orderflow/graph/view"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shortage"
)

func (r *Resolver) afterSaleOf(ctx context.Context, id globalid.ID) (*ent.AfterSale, error) {
	q := r.read.AfterSale.Query().Where(entaftersale.ID(id))
	return read.One(ctx, q, "AfterSale", "afterSale")
}

func (r *Resolver) shortageOf(ctx context.Context, id globalid.ID) (*ent.Shortage, error) {
	return read.One(ctx, r.read.Shortage.Query().Where(entshortage.ID(id)), "Shortage", "shortage")
}

// approveResults are the results of approveAfterSales, one for each request.
func (r *Resolver) approveResults(
	ctx context.Context, results []aftersale.ApproveResult,
) ([]*view.ApproveAfterSaleResult, error) {
	var ids []globalid.ID
	for _, result := range results {
		if result.Err == nil {
			ids = append(ids, result.AfterSale)
		}
	}
	var rows map[globalid.ID]*ent.AfterSale
	if len(ids) > 0 {
		q := r.read.AfterSale.Query().Where(entaftersale.IDIn(ids...))
		found, err := read.All(ctx, q, "AfterSale", "results", "afterSale")
		if err != nil {
			return nil, err
		}
		rows = byID(found, func(a *ent.AfterSale) globalid.ID { return a.ID })
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

// forceRefund runs the command on an open request, or the one that makes a request.
func (r *Resolver) forceRefund(
	ctx context.Context, in view.ForceRefundInput,
) (globalid.ID, error) {
	switch {
	case (in.AfterSale == nil) == (in.Request == nil):
		return globalid.ID{}, fault.At("afterSale", fault.InvalidInput,
			"Name an open request, or what a new one is about.")
	case in.AfterSale == nil:
		return r.afterSales.ForceNewRefund(ctx, requestInput(*in.Request))
	}
	return r.afterSales.ForceRefund(ctx, *in.AfterSale,
		aftersale.Statement{Text: in.Text, Images: in.Images})
}

// optionsFor finds what can be requested about an order or one of its lines.
func (r *Resolver) optionsFor(
	ctx context.Context, of, item *globalid.ID,
) ([]aftersale.Options, error) {
	switch {
	case (of == nil) == (item == nil):
		return nil, fault.At("order", fault.InvalidInput, "Name an order, or one of its lines.")
	case of != nil:
		return r.afterSales.OrderOptions(ctx, *of)
	}
	return r.afterSales.ItemOptions(ctx, *item)
}

// extendDeadline runs the command on a sub-order, a request or a shortage.
func (r *Resolver) extendDeadline(
	ctx context.Context, in view.ExtendDeadlineInput, out *view.ExtendDeadlinePayload,
) (err error) {
	named := 0
	for _, id := range []*globalid.ID{in.SubOrder, in.AfterSale, in.Shortage} {
		if id != nil {
			named++
		}
	}
	kind := order.DeadlineKind(in.Kind)
	switch {
	case named != 1:
		out.UserErrors = view.UserErrors(oneNeeded("subOrder"))
	case in.SubOrder != nil:
		id, failed := r.orders.ExtendDeadline(ctx, order.ExtendInput{
			SubOrder: *in.SubOrder, Kind: kind, Seconds: in.Seconds,
		})
		out.SubOrder, out.UserErrors, err = payload(ctx, id, failed, r.subOrderOf)
	case in.AfterSale != nil:
		id, failed := r.afterSales.Extend(ctx, aftersale.ExtendInput{
			AfterSale: *in.AfterSale, Kind: kind, Seconds: in.Seconds,
		})
		out.AfterSale, out.UserErrors, err = payload(ctx, id, failed, r.afterSaleOf)
	default:
		id, failed := r.shortages.Extend(ctx, shortage.ExtendInput{
			Shortage: *in.Shortage, Kind: kind, Seconds: in.Seconds,
		})
		out.Shortage, out.UserErrors, err = payload(ctx, id, failed, r.shortageOf)
	}
	return err
}
