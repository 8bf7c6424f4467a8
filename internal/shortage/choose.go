package shortage

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

// Choice is what the buyer of a shortage chooses.
type Choice struct {
	Shortage globalid.ID
	Choice   vocab.ShortageOption
}

// Choose takes the buyer's choice. The refund can be had as long as the units lack, whatever the
// shop offers. Another warehouse sends the units as a sub-order of their own; for a transfer they
// are reserved at its source. Its buyer may call it. Faults besides those of all commands:
// INVALID_INPUT at choice, OUT_OF_STOCK when the other warehouse has too few by now: another choice
// is possible then. After commit the runner submits a refund.
func (s *Shortages) Choose(ctx context.Context, in Choice) (globalid.ID, error) {
	return s.command(ctx, in.Shortage, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			switch in.Choice {
			case vocab.OptionRefund:
				action := vocab.RequestUnitsBack
				if vocab.ShortageChoice.Has(s.row.Status) {
					action = vocab.ChooseRefund
				}
				return s.refund(ctx, step{action: action})
			case vocab.OptionWarehouse:
				return s.chooseWarehouse(ctx)
			case vocab.OptionTransfer:
				return s.chooseTransfer(ctx)
			}
			return fault.At("choice", fault.InvalidInput, "There is no such choice.")
		})
}

// Refund gives the money back for what lacks, without waiting for an offer, a choice or a transfer.
// Its buyer and merchants of the shop may call it. After commit the runner submits the refund.
func (s *Shortages) Refund(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.command(ctx, id, []vocab.Role{vocab.Buyer, vocab.Merchant},
		func(ctx context.Context, s *session) error {
			return s.refund(ctx, step{action: vocab.RequestUnitsBack})
		})
}

func (s *session) chooseWarehouse(ctx context.Context) error {
	err := s.transition(ctx, step{action: vocab.ChooseWarehouse,
		facts: Facts(s.row, vocab.ChooseWarehouse)})
	if err != nil {
		return err
	}
	at, units := *s.row.OfferedWarehouseID, s.row.Quantity
	moved, err := s.SendElsewhere(ctx, s.item(), units, at)
	if err != nil {
		return err
	}
	return stock.ReserveSku(ctx, s.Tx, s.Actor, stock.SkuNeed{Order: s.Order.ID,
		Item: moved.ID, Sku: moved.SkuID, Warehouse: at, Quantity: units})
}

func (s *session) chooseTransfer(ctx context.Context) error {
	facts := Facts(s.row, vocab.ChooseTransfer)
	err := lifecycle.Check(lifecycle.ShortageTable, s.row.Status, vocab.ChooseTransfer,
		vocab.Buyer, facts)
	if err != nil {
		return err
	}
	t, err := transfer.RequestFor(
		ctx, s.Locked, s.item(), *s.row.OfferedWarehouseID, s.row.Quantity)
	if err != nil {
		return err
	}
	s.row.TransferID = &t.ID
	return s.transition(ctx, step{action: vocab.ChooseTransfer, facts: facts})
}

// refund ends the wait for the units: they and their money are taken and refunded. With the last
// unit of an item what was given with it comes back too, unless it was handed over.
func (s *session) refund(ctx context.Context, to step) error {
	waited := vocab.AwaitingUnits.Has(s.row.Status)
	if err := s.transition(ctx, to); err != nil {
		return err
	}
	if waited {
		if err := stock.ReleaseTransfer(ctx, s.Tx, s.Actor, s.Order.ID, *s.row.TransferID); err != nil {
			return err
		}
	}
	item, units := s.item(), s.row.Quantity
	order.MarkShort(item, -units)
	parts := []*payment.Held{{SubOrder: s.Sub(item.SubOrderID), Trigger: vocab.TriggerShortage,
		Cause: payment.Cause{Shortage: &s.row.ID}}}
	if err := take(parts[0], item, units); err != nil {
		return err
	}
	if item.RefundableQuantity == 0 {
		var err error
		if parts, err = s.takeGifts(ctx, parts, item); err != nil {
			return err
		}
	}
	for _, part := range parts {
		var err error
		part.Freight, err = s.TakeFreight(ctx, order.FreightClaim{Sub: part.SubOrder})
		if err != nil {
			return err
		}
	}
	for _, part := range parts {
		if _, err := s.payments.RefundHeld(ctx, s.Locked, *part); err != nil {
			return err
		}
	}
	return nil
}

// take adds units of an item, with the money that is left on them, to a refund.
func take(part *payment.Held, item *ent.OrderItem, units int64) error {
	hold := order.Hold{Item: item, Units: units, Amount: order.Worth(item, units),
		Unshipped: true}
	part.Holds = append(part.Holds, hold)
	return order.Take(hold)
}

// takeGifts adds what was given with an item and can still stay here. Gifts that another sub-order
// sends come back by a refund of their own, which ends no shortage; those that lack have a shortage
// of their own.
func (s *session) takeGifts(
	ctx context.Context, parts []*payment.Held, item *ent.OrderItem,
) ([]*payment.Held, error) {
	for _, gift := range s.Gifts(item) {
		units := min(gift.RefundableQuantity, order.Shippable(gift))
		if units == 0 {
			continue
		}
		if err := s.Unreserve(ctx, order.Hold{Item: gift, Units: units}); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(parts, func(p *payment.Held) bool {
			return p.SubOrder.ID == gift.SubOrderID
		})
		if i < 0 {
			i = len(parts)
			parts = append(parts, &payment.Held{SubOrder: s.Sub(gift.SubOrderID),
				Trigger: vocab.TriggerShortage})
		}
		if err := take(parts[i], gift, units); err != nil {
			return nil, err
		}
	}
	return parts, nil
}
