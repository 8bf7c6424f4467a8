package transfer

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// Ship sends a transfer: its units leave the source. Faults besides those of all commands:
// OUT_OF_STOCK when, without an order, the source has too few that are not reserved; CONFLICT when
// the order no longer holds all of them.
func (t *Transfers) Ship(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return t.onTransfer(ctx, id,
		func(ctx context.Context, s *session, row *ent.StockTransfer) error {
			err := s.transition(ctx, row, vocab.ShipTransfer, row.Quantity,
				lifecycle.TransferFacts{})
			if err != nil {
				return err
			}
			return stock.Send(ctx, s.tx, s.actor, row)
		})
}

// ReceiveInput says that Quantity units of a transfer have arrived. Last says that nothing more
// will: what is missing is lost. With the last unit it is the last part in any case.
type ReceiveInput struct {
	Transfer globalid.ID
	Quantity int64
	Last     bool
}

// Receive adds what arrived to the target's stock, held for the order that it is for. With the last
// part the missing units are written off; those of an order lack from now on. Faults besides those
// of all commands: INVALID_INPUT at quantity.
func (t *Transfers) Receive(ctx context.Context, in ReceiveInput) (globalid.ID, error) {
	return t.onTransfer(ctx, in.Transfer,
		func(ctx context.Context, s *session, row *ent.StockTransfer) error {
			rest := row.Quantity - row.ReceivedQuantity
			facts := lifecycle.TransferFacts{Last: in.Last || in.Quantity == rest}
			err := lifecycle.Check(
				lifecycle.Transfer, row.Status, vocab.ReceiveTransfer, s.actor.Role, facts)
			if err != nil {
				return err
			}
			if in.Quantity < 0 || in.Quantity > rest || in.Quantity == 0 && !in.Last {
				return fault.At("quantity", fault.InvalidInput,
					"Between 1 and %d units can arrive, or none if nothing more will.", rest)
			}
			err = s.transition(ctx, row, vocab.ReceiveTransfer, in.Quantity, facts)
			if err != nil {
				return err
			}
			row.ReceivedQuantity += in.Quantity
			if facts.Last {
				row.LostQuantity = rest - in.Quantity
			}
			if in.Quantity > 0 {
				if err := s.arrive(ctx, row, in.Quantity); err != nil {
					return err
				}
			}
			return s.writeOff(ctx, row)
		})
}

// arrive adds units to the target's stock, held for the order as far as it still needs them.
func (s *session) arrive(ctx context.Context, row *ent.StockTransfer, units int64) error {
	var wanted int64
	if s.order != nil {
		if err := s.Hooks.UnitsArrived(ctx, s.order, row, units); err != nil {
			return err
		}
		unheld, err := s.unheld(ctx, row, vocab.Holding)
		if err != nil {
			return err
		}
		wanted = min(units, unheld)
	}
	return stock.Arrive(ctx, s.tx, s.actor, row, units, wanted)
}

// writeOff writes off what is lost of a transfer. What the order wanted of it is missing from now
// on, unless a shortage waited for the transfer and takes care of that.
func (s *session) writeOff(ctx context.Context, row *ent.StockTransfer) error {
	if row.LostQuantity == 0 {
		return nil
	}
	err := stock.WriteOff(ctx, s.tx, row, row.LostQuantity)
	if err != nil || s.order == nil {
		return err
	}
	if awaited, err := s.Hooks.UnitsMissed(ctx, s.order, row); err != nil || awaited {
		return err
	}
	unheld, err := s.unheld(ctx, row, vocab.Reserved)
	if err != nil {
		return err
	}
	missing := min(row.LostQuantity, unheld)
	if missing == 0 {
		return nil
	}
	return s.Hooks.UnitsLost(ctx, s.order,
		[]order.Missing{{Item: s.order.Item(*row.ItemID), Quantity: missing}})
}

// unheld is how many units of the transfer's item are to be shipped and not reserved in one of the
// statuses. What units that lack wait for does not count, as they cannot be shipped.
func (s *session) unheld(
	ctx context.Context, row *ent.StockTransfer, statuses vocab.Group[vocab.ReservationStatus],
) (int64, error) {
	awaited, err := s.order.AwaitedTransfers(ctx, *row.ItemID)
	if err != nil {
		return 0, err
	}
	rows, err := s.tx.Reservation.Query().Where(reservation.ItemID(*row.ItemID),
		reservation.StatusIn(statuses...), reservation.AfterSaleIDIsNil(),
		reservation.Or(reservation.TransferIDIsNil(), reservation.TransferIDNotIn(awaited...))).
		All(ctx)
	if err != nil {
		return 0, err
	}
	units := order.Shippable(s.order.Item(*row.ItemID))
	for _, r := range rows {
		units -= r.Quantity
	}
	return max(0, units), nil
}

// Cancel ends a transfer of which nothing has left. An order's units stay held at the source, and
// their sub-order is sent from there again; a shortage that waited for them is open again.
func (t *Transfers) Cancel(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return t.onTransfer(ctx, id,
		func(ctx context.Context, s *session, row *ent.StockTransfer) error {
			err := s.transition(ctx, row, vocab.CancelTransfer, row.Quantity,
				lifecycle.TransferFacts{})
			if err != nil || s.order == nil {
				return err
			}
			awaited, err := s.Hooks.UnitsMissed(ctx, s.order, row)
			if err != nil || awaited {
				return err
			}
			if err := stock.PutBack(ctx, s.tx, row); err != nil {
				return err
			}
			item := s.order.Item(*row.ItemID)
			units := order.Shippable(item)
			if units == 0 {
				return nil
			}
			_, err = s.order.MoveUnits(ctx, item, units, row.FromWarehouseID)
			return err
		})
}
