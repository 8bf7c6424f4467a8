package payment

import (
	"context"

	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AdjustPrice 改价 lowers what an unpaid order costs. Open attempts are closed first, because they
// ask for the old amount; a payable of 0 is paid at once.
//
// A merchant may call it when no other shop is in the order. Faults: NOT_FOUND, ACTION_NOT_ALLOWED,
// CURRENCY_MISMATCH, INVALID_INPUT when the amount is not lower. After commit the channels are
// called, for at most five seconds; while one has not answered, nothing is stored and
// CHANNEL_PENDING comes beside the order: call again, with the same key or another.
func (p *Payments) AdjustPrice(ctx context.Context, in AdjustInput) (OrderResult, error) {
	viewer, err := viewerIn(ctx, vocab.Merchant)
	if err != nil {
		return OrderResult{}, err
	}
	var mine []globalid.ID
	var adjusted bool
	ids, err := p.viewerAtDesk(ctx, in.Order, viewer,
		func(ctx context.Context, d *desk) ([]globalid.ID, error) {
			mine, adjusted = nil, false
			if err := d.checkAdjust(in.Payable); err != nil {
				return nil, err
			}
			if mine, err = d.close(ctx, vocab.CloseAdjust, viewer.Role, true); err != nil {
				return nil, err
			}
			if adjusted = !d.facts().AttemptOpen; !adjusted {
				return []globalid.ID{in.Order}, nil
			}
			return []globalid.ID{in.Order}, d.adjust(ctx, in.Payable)
		})
	if err != nil || adjusted {
		return OrderResult{Order: in.Order}, err
	}
	p.hurry(ctx, mine)
	return p.adjustClosed(store.WithoutKey(ctx), ids[0], in.Payable)
}

// adjustClosed is the second command: the attempts are closed, or are not. It also serves the
// repetition of a key whose first run ended here with CHANNEL_PENDING.
func (p *Payments) adjustClosed(
	ctx context.Context, id globalid.ID, to money.Money,
) (OrderResult, error) {
	viewer, err := viewerIn(ctx, vocab.Merchant)
	if err != nil {
		return OrderResult{}, err
	}
	var problem *fault.Error
	_, err = p.viewerAtDesk(ctx, id, viewer,
		func(ctx context.Context, d *desk) ([]globalid.ID, error) {
			problem = nil
			if d.l.Order.Payable <= to.Amount {
				return nil, nil
			}
			if err := d.checkAdjust(to); err != nil {
				return nil, err
			}
			if d.facts().AttemptOpen {
				problem = pending()
				return nil, nil
			}
			return nil, d.adjust(ctx, to)
		})
	return OrderResult{Order: id, Problem: problem}, err
}

func (d *desk) checkAdjust(to money.Money) error {
	o := d.l.Order
	_, err := lifecycle.Trade.Next(o.Status, vocab.AdjustPrice, vocab.Merchant, d.facts())
	if err != nil {
		return order.NotAllowed(err)
	}
	if string(to.Currency) != o.Currency {
		return fault.At("payable.currency", fault.CurrencyMismatch, "The order is in %s.",
			o.Currency)
	}
	if to.Amount < 0 || to.Amount >= o.Payable {
		return fault.At("payable.amount", fault.InvalidInput,
			"The price can only be lowered: it is %d now.", o.Payable)
	}
	return nil
}

func (d *desk) adjust(ctx context.Context, to money.Money) error {
	err := d.l.Adjust(ctx, d.tx, d.l.Order.Payable-to.Amount, d.facts())
	if err != nil || to.Amount > 0 {
		return err
	}
	// Nobody pays an order that costs nothing: from here on the system acts.
	if err := d.l.Write(ctx, d.tx); err != nil {
		return err
	}
	d.l.Log = event.On(d.l.Order, event.Actor{Role: vocab.System})
	shortages, err := d.l.Pay(ctx, d.tx, d.facts(), d.tx.Now)
	if err != nil {
		return err
	}
	return d.lack(ctx, shortages)
}
