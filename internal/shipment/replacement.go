package shipment

import (
	"context"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// ReplacementInput is what a request sends again from a warehouse.
type ReplacementInput struct {
	AfterSale globalid.ID
	Warehouse globalid.ID
	Lines     []ReplacementLine
}

// ReplacementLine is units of a sku that go to the buyer in place of units of an item.
type ReplacementLine struct {
	Item     globalid.ID
	Sku      globalid.ID
	Quantity int64
}

// OpenReplacement makes the REPLACEMENT parcel of a request, PENDING. It goes through the warehouse
// by the usual commands, which refuse once the request no longer holds its units; its handover
// takes them out of the stock and does not touch the trade.
//
// Package aftersale calls it under the order's lock, after stock.ReserveSku of every line. Fault:
// CONFLICT when a line is not held or in another parcel. After commit the warehouse finds it among
// its parcels.
func (s *Shipments) OpenReplacement(
	ctx context.Context, l *order.Locked, in ReplacementInput,
) (*ent.Shipment, error) {
	opened := &session{s, l}
	lines := make([]Line, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = Line{Item: line.Item, Quantity: line.Quantity}
	}
	if err := opened.heldFor(ctx, in); err != nil {
		return nil, err
	}
	return opened.open(ctx, newParcel{id: globalid.New(globalid.Shipment),
		purpose: vocab.ReplacementParcel, warehouse: in.Warehouse, afterSale: &in.AfterSale,
		by: vocab.System, lines: lines})
}

// heldFor checks that the request holds what a parcel takes and no other unfinished one has.
func (s *session) heldFor(ctx context.Context, in ReplacementInput) error {
	items := make([]globalid.ID, len(in.Lines))
	for i, line := range in.Lines {
		items[i] = line.Item
	}
	held, err := heldUnits(ctx, s.Tx.Client(), items)
	if err != nil {
		return err
	}
	unfinished, err := s.replacements(ctx, in.AfterSale)
	if err != nil {
		return err
	}
	for _, line := range in.Lines {
		units := held[place{line.Item, line.Sku, in.Warehouse, in.AfterSale}]
		for _, p := range unfinished {
			for _, it := range p.Edges.Items {
				if it.ItemID == line.Item {
					units -= it.Quantity
				}
			}
		}
		if line.Quantity > units {
			return fault.New(fault.Conflict,
				"The warehouse holds %d units for this request, %d are needed.",
				max(0, units), line.Quantity)
		}
	}
	return nil
}

// replacements reads the parcels of a request that are neither handed over nor cancelled.
func (s *session) replacements(
	ctx context.Context, afterSale globalid.ID,
) ([]*ent.Shipment, error) {
	rows, err := s.Tx.Shipment.Query().Where(entshipment.AfterSaleID(afterSale),
		entshipment.PurposeEQ(vocab.ReplacementParcel),
		entshipment.StageIn(vocab.InWarehouse...)).
		WithItems(orderedItems).Order(ent.Asc(entshipment.FieldID)).All(ctx)
	for i, p := range rows {
		rows[i] = s.track(p)
	}
	return rows, err
}

// CancelReplacements cancels the parcels of a request that are not handed over.
//
// Package aftersale calls it under the order's lock when the request sends nothing any more.
func (s *Shipments) CancelReplacements(
	ctx context.Context, l *order.Locked, afterSale globalid.ID,
) error {
	opened := &session{s, l}
	rows, err := opened.replacements(ctx, afterSale)
	if err != nil {
		return err
	}
	for _, p := range rows {
		if err := opened.transition(ctx, p, vocab.CancelParcel, vocab.System); err != nil {
			return err
		}
	}
	return nil
}
