package aftersale

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// skuOf is what is sent for a line.
func (d *desk) skuOf(line *ent.AfterSaleLine) globalid.ID {
	if line.ExchangeSkuID != nil {
		return *line.ExchangeSkuID
	}
	return d.l.Item(line.ItemID).SkuID
}

// reserve holds the stock of what is to be sent, unless it is held already. Fault: OUT_OF_STOCK.
func (d *desk) reserve(ctx context.Context) error {
	held, err := d.tx.Reservation.Query().Where(reservation.AfterSaleID(d.Row.ID),
		reservation.StatusEQ(vocab.ReservationHeld)).Exist(ctx)
	if err != nil || held {
		return err
	}
	lines := slices.Clone(d.lines)
	slices.SortFunc(lines, func(a, b *ent.AfterSaleLine) int { // the order in which rows are locked
		return d.skuOf(a).Compare(d.skuOf(b))
	})
	for _, line := range lines {
		err := stock.ReserveFor(ctx, d.tx, d.l.Log.Actor(), d.l.Order.ID, line.ItemID,
			d.skuOf(line), d.sub.WarehouseID, line.Quantity, d.Row.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// stopReshipping gives up what was to be sent and is not handed over.
func (d *desk) stopReshipping(ctx context.Context) error {
	if err := d.parcels.CancelReplacements(ctx, d.tx, d.l, d.Row.ID); err != nil {
		return err
	}
	return stock.ReleaseFor(ctx, d.tx, d.l.Log.Actor(), d.Row.ID)
}

// Reship makes the parcel of what the shop sends again 重发. It goes through the warehouse by the
// commands of parcels.
//
// Merchant and warehouse staff of the shop may call it, also again when the parcel came to nothing.
// Faults besides the common ones: OUT_OF_STOCK then. After commit the warehouse finds the parcel
// among its own.
func (s *AfterSales) Reship(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.onRequest(ctx, id, answerers,
		func(ctx context.Context, d *desk) error {
			err := d.step(ctx, step{on: vocab.ReshipAfterSale, by: d.role()})
			if err != nil {
				return err
			}
			if err := d.reserve(ctx); err != nil { // what was sent before went astray
				return err
			}
			in := shipment.ReplacementInput{AfterSale: id, Warehouse: d.sub.WarehouseID}
			for _, line := range d.lines {
				in.Lines = append(in.Lines, shipment.ReplacementLine{Item: line.ItemID,
					Sku: d.skuOf(line), Quantity: line.Quantity})
			}
			_, err = d.parcels.OpenReplacement(ctx, d.tx, d.l, in)
			return err
		})
}

// ConfirmReship tells that the buyer has what the shop sent again: the request is COMPLETED.
//
// The buyer may call it. Faults: the common ones. After commit nothing follows.
func (s *AfterSales) ConfirmReship(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.onRequest(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, d *desk) error {
			return d.step(ctx, step{on: vocab.ConfirmReship, by: d.role()})
		})
}

// ChangeToRefund takes the money instead of goods that the shop did not send in time.
//
// The buyer may call it. Faults: the common ones. After commit the refund runs.
func (s *AfterSales) ChangeToRefund(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.onRequest(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, d *desk) error {
			return d.step(ctx, step{on: vocab.ChangeToRefund, by: d.role(),
				trigger: vocab.TriggerOverdue})
		})
}
