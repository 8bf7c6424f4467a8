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
	return t.on(ctx, id, func(ctx context.Context, d *desk, row *ent.StockTransfer) error {
		err := d.step(ctx, row, vocab.ShipTransfer, lifecycle.TransferFacts{}, row.Quantity,
			nil)
		if err != nil {
			return err
		}
		return stock.Send(ctx, d.tx, d.actor, row)
	})
}

// ReceiveInput tells that Quantity units of a transfer have arrived. Last says that nothing more
// will: what is missing is lost. With the last unit it is the last part in any case.
type ReceiveInput struct {
	Transfer globalid.ID
	Quantity int64
	Last     bool
}

// Receive puts what arrived on the target's shelf, held for the order that it is for. With the last
// part the missing units are written off; those of an order lack from now on. Faults besides those
// of all commands: INVALID_INPUT at quantity.
func (t *Transfers) Receive(ctx context.Context, in ReceiveInput) (globalid.ID, error) {
	return t.on(ctx, in.Transfer, func(
		ctx context.Context, d *desk, row *ent.StockTransfer,
	) error {
		rest := row.Quantity - row.ReceivedQuantity
		last := in.Last || in.Quantity == rest
		var lost int64
		if last {
			lost = rest - in.Quantity
		}
		facts := lifecycle.TransferFacts{Last: last}
		if _, err := lifecycle.Transfer.Next(
			row.Status, vocab.ReceiveTransfer, d.actor.Role, facts); err != nil {
			return order.NotAllowed(err)
		}
		if in.Quantity < 0 || in.Quantity > rest || in.Quantity == 0 && !in.Last {
			return fault.At("quantity", fault.InvalidInput,
				"Between 1 and %d units can arrive, or none if nothing more will.", rest)
		}
		err := d.step(ctx, row, vocab.ReceiveTransfer, facts, in.Quantity,
			func(u *ent.StockTransferUpdate) {
				u.AddReceivedQuantity(in.Quantity).SetLostQuantity(lost)
			})
		if err != nil {
			return err
		}
		return d.receive(ctx, row, in.Quantity, lost)
	})
}

func (d *desk) receive(ctx context.Context, row *ent.StockTransfer, arrived, lost int64) error {
	var wanted int64
	if d.l != nil {
		if arrived > 0 && d.Arrived != nil {
			if err := d.Arrived(ctx, d.tx, d.l, row, arrived); err != nil {
				return err
			}
		}
		open, err := d.open(ctx, row, vocab.ReservationHeld)
		if err != nil {
			return err
		}
		wanted = min(arrived, open)
	}
	if arrived > 0 {
		if err := stock.Arrive(ctx, d.tx, d.actor, row, arrived, wanted); err != nil {
			return err
		}
	}
	if lost == 0 {
		return nil
	}
	if err := stock.WriteOff(ctx, d.tx, row, lost); err != nil || d.l == nil {
		return err
	}
	if ours, err := d.missed(ctx, row); err != nil || ours {
		return err
	}
	open, err := d.open(ctx, row, vocab.ReservationHeld, vocab.ReservationInTransfer)
	if err != nil {
		return err
	}
	short := min(lost, open)
	if short == 0 {
		return nil
	}
	return d.lacks(ctx, d.tx, d.l,
		[]order.Shortage{{Item: d.l.Item(*row.ItemID), Quantity: short}})
}

// missed tells a shortage that waited for the transfer, and reports whether one did.
func (d *desk) missed(ctx context.Context, row *ent.StockTransfer) (bool, error) {
	if d.Missed == nil {
		return false, nil
	}
	return d.Missed(ctx, d.tx, d.l, row)
}

// open is how many units of the transfer's item are to be shipped and not reserved in one of the
// statuses. What units that lack wait for does not count, as they cannot be shipped.
func (d *desk) open(
	ctx context.Context, row *ent.StockTransfer, statuses ...vocab.ReservationStatus,
) (int64, error) {
	awaited, err := order.Awaited(ctx, d.tx, *row.ItemID)
	if err != nil {
		return 0, err
	}
	rows, err := d.tx.Reservation.Query().Where(reservation.ItemID(*row.ItemID),
		reservation.StatusIn(statuses...), reservation.AfterSaleIDIsNil(),
		reservation.Or(reservation.TransferIDIsNil(), reservation.TransferIDNotIn(awaited...))).
		All(ctx)
	if err != nil {
		return 0, err
	}
	units := d.l.Shippable(d.l.Item(*row.ItemID))
	for _, r := range rows {
		units -= r.Quantity
	}
	return max(0, units), nil
}

// Cancel ends a transfer of which nothing has left. An order's units stay held at the source, and
// their sub-order is sent from there again; a shortage that waited for them is open again.
func (t *Transfers) Cancel(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return t.on(ctx, id, func(ctx context.Context, d *desk, row *ent.StockTransfer) error {
		err := d.step(ctx, row, vocab.CancelTransfer, lifecycle.TransferFacts{}, row.Quantity,
			nil)
		if err != nil || d.l == nil {
			return err
		}
		if ours, err := d.missed(ctx, row); err != nil || ours {
			return err
		}
		if err := stock.PutBack(ctx, d.tx, row); err != nil {
			return err
		}
		item := d.l.Item(*row.ItemID)
		units := d.l.Shippable(item)
		if units == 0 {
			return nil
		}
		_, err = d.l.MoveUnits(ctx, d.tx, item, units, row.FromWarehouseID)
		return err
	})
}
