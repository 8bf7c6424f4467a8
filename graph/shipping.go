package graph

import (
	"context"

	"orderflow/ent"
	entreview "orderflow/ent/review"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/stocktransfer"
	"orderflow/ent/suborder"
	"orderflow/graph/view"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
)

// given is an optional id of an input, the zero id when it is left out.
func given(id *globalid.ID) globalid.ID {
	if id == nil {
		return globalid.ID{}
	}
	return *id
}

// subOrderOf reads the sub-order that a mutation worked on, with what is selected at the payload's
// field.
func (r *Resolver) subOrderOf(
	ctx context.Context, id globalid.ID, field string,
) (*ent.SubOrder, error) {
	return one(ctx, r.read.SubOrder.Query().Where(suborder.ID(id)), "SubOrder", field)
}

func (r *Resolver) shipmentOf(ctx context.Context, id globalid.ID) (*ent.Shipment, error) {
	return one(ctx, r.read.Shipment.Query().Where(entshipment.ID(id)), "Shipment", "shipment")
}

func (r *Resolver) transferOf(ctx context.Context, id globalid.ID) (*ent.StockTransfer, error) {
	q := r.read.StockTransfer.Query().Where(stocktransfer.ID(id))
	return one(ctx, q, "StockTransfer", "transfer")
}

func (r *Resolver) reviewOf(ctx context.Context, id globalid.ID) (*ent.Review, error) {
	return one(ctx, r.read.Review.Query().Where(entreview.ID(id)), "Review", "review")
}

// printed shows what became of each pick list.
func (r *Resolver) printed(
	ctx context.Context, results []shipment.PrintResult,
) ([]*view.PrintPickListResult, error) {
	var ids []globalid.ID
	for _, result := range results {
		if result.Err == nil {
			ids = append(ids, result.Shipment)
		}
	}
	rows, err := r.resultsOf(ctx, ids)
	out := make([]*view.PrintPickListResult, len(results))
	for i, result := range results {
		out[i] = &view.PrintPickListResult{UserErrors: view.UserErrors(result.Err)}
		if result.Err == nil {
			out[i].Shipment = rows[result.Shipment]
		}
	}
	return out, err
}

// shipped shows what became of each sub-order.
func (r *Resolver) shipped(
	ctx context.Context, results []shipment.ShipResult,
) ([]*view.ShipOrderResult, error) {
	var ids []globalid.ID
	for _, result := range results {
		if result.Err == nil {
			ids = append(ids, result.Shipment)
		}
	}
	rows, err := r.resultsOf(ctx, ids)
	out := make([]*view.ShipOrderResult, len(results))
	for i, result := range results {
		out[i] = &view.ShipOrderResult{UserErrors: view.UserErrors(result.Err)}
		if result.Err == nil {
			out[i].Shipment = rows[result.Shipment]
		}
	}
	return out, err
}

// resultsOf reads the parcels of a bulk mutation together.
func (r *Resolver) resultsOf(
	ctx context.Context, ids []globalid.ID,
) (map[globalid.ID]*ent.Shipment, error) {
	found := make(map[globalid.ID]*ent.Shipment, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	q := r.read.Shipment.Query().Where(entshipment.IDIn(ids...))
	rows, err := all(ctx, q, "Shipment", "results", "shipment")
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, err
}

// mostPickLists bounds one page of pick lists.
const mostPickLists = 100

// pickListURL gives the address of the pick lists' page, nil when the viewer may not see a parcel.
func (r *Resolver) pickListURL(ctx context.Context, ids []globalid.ID) (*string, error) {
	if len(ids) == 0 || len(ids) > mostPickLists {
		return nil, fault.At("shipments", fault.BadUserInput, "1 to %d parcels.", mostPickLists)
	}
	wanted := make(map[globalid.ID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	seen, err := r.read.Shipment.Query().Where(entshipment.IDIn(ids...)).Count(ctx)
	if err != nil || seen != len(wanted) {
		return nil, err
	}
	url := r.shipments.PickListLink(ids)
	return &url, nil
}
