package graph

import (
	"context"

	"orderflow/ent"
	entreview "orderflow/ent/review"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/stocktransfer"
	"orderflow/graph/read"
	"orderflow/graph/view"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
)

func (r *Resolver) shipmentOf(ctx context.Context, id globalid.ID) (*ent.Shipment, error) {
	return read.One(ctx, r.read.Shipment.Query().Where(entshipment.ID(id)), "Shipment", "shipment")
}

func (r *Resolver) transferOf(ctx context.Context, id globalid.ID) (*ent.StockTransfer, error) {
	q := r.read.StockTransfer.Query().Where(stocktransfer.ID(id))
	return read.One(ctx, q, "StockTransfer", "transfer")
}

func (r *Resolver) reviewOf(ctx context.Context, id globalid.ID) (*ent.Review, error) {
	return read.One(ctx, r.read.Review.Query().Where(entreview.ID(id)), "Review", "review")
}

// pickListResults are the results of printPickLists, one for each parcel.
func (r *Resolver) pickListResults(
	ctx context.Context, results []shipment.PrintResult,
) ([]*view.PrintPickListResult, error) {
	var ids []globalid.ID
	for _, result := range results {
		if result.Err == nil {
			ids = append(ids, result.Shipment)
		}
	}
	rows, err := r.resultShipments(ctx, ids)
	out := make([]*view.PrintPickListResult, len(results))
	for i, result := range results {
		out[i] = &view.PrintPickListResult{UserErrors: view.UserErrors(result.Err)}
		if result.Err == nil {
			out[i].Shipment = rows[result.Shipment]
		}
	}
	return out, err
}

// shipResults are the results of shipOrders, one for each sub-order.
func (r *Resolver) shipResults(
	ctx context.Context, results []shipment.ShipResult,
) ([]*view.ShipOrderResult, error) {
	var ids []globalid.ID
	for _, result := range results {
		if result.Err == nil {
			ids = append(ids, result.Shipment)
		}
	}
	rows, err := r.resultShipments(ctx, ids)
	out := make([]*view.ShipOrderResult, len(results))
	for i, result := range results {
		out[i] = &view.ShipOrderResult{UserErrors: view.UserErrors(result.Err)}
		if result.Err == nil {
			out[i].Shipment = rows[result.Shipment]
		}
	}
	return out, err
}

// resultShipments reads the parcels of a bulk mutation together.
func (r *Resolver) resultShipments(
	ctx context.Context, ids []globalid.ID,
) (map[globalid.ID]*ent.Shipment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := r.read.Shipment.Query().Where(entshipment.IDIn(ids...))
	rows, err := read.All(ctx, q, "Shipment", "results", "shipment")
	return byID(rows, func(s *ent.Shipment) globalid.ID { return s.ID }), err
}

// maxPickLists bounds one page of pick lists.
const maxPickLists = 100

// pickListURL is the address of the page of pick lists, nil when the viewer may not see a parcel.
func (r *Resolver) pickListURL(ctx context.Context, ids []globalid.ID) (*string, error) {
	if len(ids) == 0 || len(ids) > maxPickLists {
		return nil, fault.At("shipments", fault.BadUserInput, "1 to %d parcels.", maxPickLists)
	}
	distinct := make(map[globalid.ID]bool, len(ids))
	for _, id := range ids {
		distinct[id] = true
	}
	visible, err := r.read.Shipment.Query().Where(entshipment.IDIn(ids...)).Count(ctx)
	if err != nil || visible != len(distinct) {
		return nil, err
	}
	url := r.shipments.PickListLink(ids)
	return &url, nil
}
