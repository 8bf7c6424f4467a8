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
func (s *session) skuOf(line *ent.AfterSaleLine) globalid.ID {
	if line.ExchangeSkuID != nil {
		return *line.ExchangeSkuID
	}
	return s.Item(line.ItemID).SkuID
}

// reserve holds the stock of what is to be sent, unless it is held already. Fault: OUT_OF_STOCK.
func (s *session) reserve(ctx context.Context) error {
	held, err := s.Tx.Reservation.Query().Where(
		reservation.OrderID(s.Order.ID), reservation.AfterSaleID(s.Row.ID),
		reservation.StatusIn(vocab.Holding...)).Exist(ctx)
	if err != nil || held {
		return err
	}
	lines := slices.Clone(s.lines)
	slices.SortFunc(lines, func(a, b *ent.AfterSaleLine) int { // the order in which rows are locked
		return s.skuOf(a).Compare(s.skuOf(b))
	})
	for _, line := range lines {
		err := stock.ReserveSku(ctx, s.Tx, s.Actor, stock.SkuNeed{Order: s.Order.ID,
			Item: line.ItemID, Sku: s.skuOf(line), Warehouse: s.sub.WarehouseID,
			Quantity: line.Quantity, AfterSale: s.Row.ID})
		if err != nil {
			return err
		}
	}
	return nil
}

// stopReshipping gives up what was to be sent and is not handed over.
func (s *session) stopReshipping(ctx context.Context) error {
	if s.made {
		return nil
	}
	if err := s.parcels.CancelReplacements(ctx, s.Locked, s.Row.ID); err != nil {
		return err
	}
	return stock.ReleaseFor(ctx, s.Tx, s.Actor, s.Order.ID, s.Row.ID)
}

// Reship makes the parcel of what the shop sends again 重发. It goes through the warehouse by the
// commands of parcels.
//
// Merchant and warehouse staff of the shop may call it, also again when the parcel came to nothing.
// Faults besides the common ones: OUT_OF_STOCK then. After commit the warehouse finds the parcel
// among its own.
func (s *AfterSales) Reship(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.command(ctx, id, handlers,
		func(ctx context.Context, s *session) error {
			err := s.transition(ctx, step{action: vocab.ReshipAfterSale})
			if err != nil {
				return err
			}
			if err := s.reserve(ctx); err != nil { // what was sent before went astray
				return err
			}
			in := shipment.ReplacementInput{AfterSale: id, Warehouse: s.sub.WarehouseID}
			for _, line := range s.lines {
				in.Lines = append(in.Lines, shipment.ReplacementLine{Item: line.ItemID,
					Sku: s.skuOf(line), Quantity: line.Quantity})
			}
			_, err = s.parcels.OpenReplacement(ctx, s.Locked, in)
			return err
		})
}

// ConfirmReship says that the buyer has what the shop sent again: the request is COMPLETED.
//
// The buyer may call it. Faults: the common ones. After commit nothing follows.
func (s *AfterSales) ConfirmReship(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.command(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			return s.transition(ctx, step{action: vocab.ConfirmReship})
		})
}

// ChangeToRefund takes the money instead of goods that the shop did not send in time.
//
// The buyer may call it. Faults: the common ones. After commit the refund runs.
func (s *AfterSales) ChangeToRefund(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.command(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			return s.transition(ctx, step{action: vocab.ChangeToRefund,
				trigger: vocab.TriggerOverdue})
		})
}
