package shortage

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/stock"
	"orderflow/ent/warehouse"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// Offer is what the buyer of a shortage may choose from. The refund is always among it.
// Warehouse is where a transfer, or the goods, would come from; zero with the refund alone.
type Offer struct {
	Shortage  globalid.ID
	Options   []vocab.ShortageOption
	Warehouse globalid.ID
}

// Offer gives the buyer of an OPEN shortage the choice, for 24 hours. Nothing is reserved before
// the choice. Merchants of the shop may call it. Faults besides those of all commands:
// INVALID_INPUT and NOT_FOUND at the field that is wrong; OUT_OF_STOCK at warehouse when it does
// not have the units now; ACTION_NOT_ALLOWED also when the units are in a parcel that has to be
// cancelled before another warehouse can send them.
func (s *Shortages) Offer(ctx context.Context, in Offer) (globalid.ID, error) {
	return s.command(ctx, in.Shortage, []vocab.Role{vocab.Merchant},
		func(ctx context.Context, s *session) error {
			err := lifecycle.Check(lifecycle.ShortageTable, s.row.Status, vocab.OfferOptions,
				vocab.Merchant, lifecycle.ShortageFacts{})
			if err != nil {
				return err
			}
			if err := s.checkOffer(ctx, in); err != nil {
				return err
			}
			s.row.Options = slices.Clone(in.Options)
			if !slices.Contains(in.Options, vocab.OptionRefund) {
				s.row.Options = append(s.row.Options, vocab.OptionRefund)
			}
			if !in.Warehouse.IsZero() {
				s.row.OfferedWarehouseID = &in.Warehouse
			}
			return s.transition(ctx, step{action: vocab.OfferOptions})
		})
}

// checkOffer finds what is wrong with an offer.
func (s *session) checkOffer(ctx context.Context, in Offer) error {
	var faults fault.List
	known := []vocab.ShortageOption{
		vocab.OptionRefund, vocab.OptionTransfer, vocab.OptionWarehouse,
	}
	sends := false
	for i, option := range in.Options {
		if !slices.Contains(known, option) || slices.Contains(in.Options[:i], option) {
			faults.Add("options", fault.InvalidInput, "Each must be a known option, named once.")
			break
		}
		sends = sends || option != vocab.OptionRefund
	}
	if len(in.Options) == 0 {
		faults.Add("options", fault.InvalidInput, "At least one option is needed.")
	}
	if sends == in.Warehouse.IsZero() {
		faults.Add("warehouse", fault.InvalidInput,
			"It is needed for goods from elsewhere, and only for them.")
	} else if in.Warehouse == s.Sub(s.row.SubOrderID).WarehouseID {
		faults.Add("warehouse", fault.InvalidInput, "The units lack there.")
	}
	if len(faults) > 0 || !sends {
		return faults.Err()
	}
	if err := s.checkSource(ctx, in.Warehouse); err != nil {
		return err
	}
	if !slices.Contains(in.Options, vocab.OptionWarehouse) {
		return nil
	}
	return s.MaySendElsewhere(ctx, s.item(), s.row.Quantity)
}

func (s *session) checkSource(ctx context.Context, at globalid.ID) error {
	exists, err := s.Tx.Warehouse.Query().Where(warehouse.ID(at)).Exist(ctx)
	if err != nil {
		return err
	}
	if !exists {
		return fault.At("warehouse", fault.NotFound, "There is no such warehouse.")
	}
	row, err := s.Tx.Stock.Query().Where(
		stock.SkuID(s.item().SkuID), stock.WarehouseID(at)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && row.OnHand-row.Reserved < s.row.Quantity {
		return fault.At("warehouse", fault.OutOfStock,
			"That warehouse does not have %d of this sku.", s.row.Quantity)
	}
	return err
}
