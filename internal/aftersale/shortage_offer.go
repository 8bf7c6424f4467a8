package aftersale

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

// ShortageOffer is what the buyer of a shortage may choose from. The refund is always among it.
// Warehouse is where a transfer, or the goods, would come from; zero with the refund alone.
type ShortageOffer struct {
	Shortage  globalid.ID
	Options   []vocab.ShortageOption
	Warehouse globalid.ID
}

// Offer lets the buyer of an OPEN shortage choose, within 24 hours. Nothing is reserved before the
// choice. Merchants of the shop may call it. Faults besides those of all commands: INVALID_INPUT
// and NOT_FOUND at the field that is wrong; OUT_OF_STOCK at warehouse when it does not have the
// units now; ACTION_NOT_ALLOWED also when the units are in a parcel that has to be cancelled
// before another warehouse can send them.
func (s *Shortages) Offer(ctx context.Context, in ShortageOffer) (globalid.ID, error) {
	return s.on(ctx, in.Shortage, func(ctx context.Context, d *shortageDesk) error {
		err := d.may(vocab.OfferOptions, vocab.Merchant, lifecycle.ShortageFacts{})
		if err != nil {
			return err
		}
		if err := d.checkOffer(ctx, in); err != nil {
			return err
		}
		options := slices.Clone(in.Options)
		if !slices.Contains(options, vocab.OptionRefund) {
			options = append(options, vocab.OptionRefund)
		}
		return d.step(ctx, vocab.OfferOptions, vocab.Merchant, lifecycle.ShortageFacts{},
			func(u *ent.ShortageUpdate) {
				u.SetOptions(options)
				if !in.Warehouse.IsZero() {
					u.SetOfferedWarehouseID(in.Warehouse)
				}
			})
	}, vocab.Merchant)
}

// checkOffer finds what is wrong with an offer.
func (d *shortageDesk) checkOffer(ctx context.Context, in ShortageOffer) error {
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
	} else if in.Warehouse == d.l.Sub(d.row.SubOrderID).WarehouseID {
		faults.Add("warehouse", fault.InvalidInput, "The units lack there.")
	}
	if len(faults) > 0 || !sends {
		return faults.Err()
	}
	if err := d.checkSource(ctx, in.Warehouse); err != nil {
		return err
	}
	if !slices.Contains(in.Options, vocab.OptionWarehouse) {
		return nil
	}
	return d.l.MaySendElsewhere(ctx, d.tx, d.item(), d.row.Quantity)
}

func (d *shortageDesk) checkSource(ctx context.Context, at globalid.ID) error {
	exists, err := d.tx.Warehouse.Query().Where(warehouse.ID(at)).Exist(ctx)
	if err != nil {
		return err
	}
	if !exists {
		return fault.At("warehouse", fault.NotFound, "There is no such warehouse.")
	}
	row, err := d.tx.Stock.Query().Where(
		stock.SkuID(d.item().SkuID), stock.WarehouseID(at)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && row.OnHand-row.Reserved < d.row.Quantity {
		return fault.At("warehouse", fault.OutOfStock,
			"That warehouse does not have %d of this sku.", d.row.Quantity)
	}
	return err
}
