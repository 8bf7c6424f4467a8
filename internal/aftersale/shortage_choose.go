package aftersale

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/stock"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// ShortageChoice is what the buyer of a shortage chooses.
type ShortageChoice struct {
	Shortage globalid.ID
	Choice   vocab.ShortageOption
}

// Choose takes the buyer's choice. The refund can be had as long as the units lack, whatever the
// shop offers. Another warehouse sends the units as a sub-order of their own; for a transfer they
// are reserved at its source. Its buyer may call it. Faults besides those of all commands:
// INVALID_INPUT at choice, OUT_OF_STOCK when the other warehouse has too few by now: another choice
// is possible then. After commit the runner submits a refund.
func (s *Shortages) Choose(ctx context.Context, in ShortageChoice) (globalid.ID, error) {
	return s.on(ctx, in.Shortage, func(ctx context.Context, d *shortageDesk) error {
		switch in.Choice {
		case vocab.OptionRefund:
			action := vocab.RequestUnitsBack
			if d.row.Status == vocab.ShortageOffered {
				action = vocab.ChooseRefund
			}
			return d.refund(ctx, action, vocab.Buyer, lifecycle.ShortageFacts{})
		case vocab.OptionWarehouse:
			return d.chooseWarehouse(ctx)
		case vocab.OptionTransfer:
			return d.chooseTransfer(ctx)
		}
		return fault.At("choice", fault.InvalidInput, "There is no such choice.")
	}, vocab.Buyer)
}

// Refund gives the money back for what lacks, without waiting for an offer, a choice or a transfer.
// Its buyer and merchants of the shop may call it. After commit the runner submits the refund.
func (s *Shortages) Refund(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.on(ctx, id, func(ctx context.Context, d *shortageDesk) error {
		return d.refund(ctx, vocab.RequestUnitsBack, d.l.Log.Actor().Role,
			lifecycle.ShortageFacts{})
	}, vocab.Buyer, vocab.Merchant)
}

func (d *shortageDesk) chooseWarehouse(ctx context.Context) error {
	facts := ShortageFacts(d.row, vocab.ChooseWarehouse)
	err := d.step(ctx, vocab.ChooseWarehouse, vocab.Buyer, facts, nil)
	if err != nil {
		return err
	}
	at, units := *d.row.OfferedWarehouseID, d.row.Quantity
	moved, err := d.l.SendElsewhere(ctx, d.tx, d.item(), units, at)
	if err != nil {
		return err
	}
	return stock.ReserveAt(ctx, d.tx, d.l.Log.Actor(), moved, at, units)
}

func (d *shortageDesk) chooseTransfer(ctx context.Context) error {
	facts := ShortageFacts(d.row, vocab.ChooseTransfer)
	if err := d.may(vocab.ChooseTransfer, vocab.Buyer, facts); err != nil {
		return err
	}
	t, err := transfer.Ask(
		ctx, d.tx, d.l, d.item(), *d.row.OfferedWarehouseID, d.row.Quantity)
	if err != nil {
		return err
	}
	d.row.TransferID = &t.ID
	return d.step(ctx, vocab.ChooseTransfer, vocab.Buyer, facts,
		func(u *ent.ShortageUpdate) { u.SetTransferID(t.ID) })
}

// refund ends the wait for the units: they and their money are taken and refunded. With the last
// unit of an item what was given with it comes back too, unless it was handed over.
func (d *shortageDesk) refund(
	ctx context.Context, on vocab.ShortageAction, by vocab.Role,
	facts lifecycle.ShortageFacts,
) error {
	waited := d.row.Status == vocab.ShortageWaiting
	if err := d.step(ctx, on, by, facts, nil); err != nil {
		return err
	}
	if waited {
		err := stock.GiveUp(ctx, d.tx, d.l.Log.Actor(), *d.row.TransferID)
		if err != nil {
			return err
		}
	}
	item, units := d.item(), d.row.Quantity
	if err := d.l.Lack(ctx, d.tx, item, -units); err != nil {
		return err
	}
	sub := d.l.Sub(item.SubOrderID)
	parts := []*payment.Held{{SubOrder: sub, Trigger: vocab.TriggerShortage,
		Cause: payment.Cause{Shortage: &d.row.ID}}}
	if err := d.take(ctx, parts[0], item, units); err != nil {
		return err
	}
	if item.RefundableQuantity == 0 {
		var err error
		if parts, err = d.takeGifts(ctx, parts, item); err != nil {
			return err
		}
	}
	for _, part := range parts {
		var err error
		part.Freight, err = d.l.FreightBack(ctx, d.tx, order.FreightAsk{Sub: part.SubOrder})
		if err != nil {
			return err
		}
	}
	for _, part := range parts {
		if _, err := d.payments.RefundHeld(ctx, d.tx, d.l, *part); err != nil {
			return err
		}
	}
	return nil
}

// take adds units of an item, with the money that is left on them, to a refund.
func (d *shortageDesk) take(
	ctx context.Context, part *payment.Held, item *ent.OrderItem, units int64,
) error {
	hold := order.Hold{Item: item, Units: units, Amount: order.Worth(item, units),
		Unshipped: true}
	part.Holds = append(part.Holds, hold)
	return d.l.Take(ctx, d.tx, hold)
}

// takeGifts adds what was given with an item and can still stay here. Gifts that another sub-order
// sends come back by a refund of their own, which ends no shortage; those that lack have a shortage
// of their own.
func (d *shortageDesk) takeGifts(
	ctx context.Context, parts []*payment.Held, item *ent.OrderItem,
) ([]*payment.Held, error) {
	for _, gift := range d.l.Gifts(item) {
		units := min(gift.RefundableQuantity, d.l.Shippable(gift))
		if units == 0 {
			continue
		}
		if err := d.l.Unreserve(ctx, d.tx, gift, units); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(parts, func(p *payment.Held) bool {
			return p.SubOrder.ID == gift.SubOrderID
		})
		if i < 0 {
			i = len(parts)
			parts = append(parts, &payment.Held{SubOrder: d.l.Sub(gift.SubOrderID),
				Trigger: vocab.TriggerShortage})
		}
		if err := d.take(ctx, parts[i], gift, units); err != nil {
			return nil, err
		}
	}
	return parts, nil
}
