package payment

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ask is a refund to be made: of a whole payment, or of lines of one sub-order.
type ask struct {
	payment  *ent.Payment // nil when nothing was paid
	trigger  vocab.RefundTrigger
	sub      *ent.SubOrder // nil for a whole payment
	lines    []order.Hold
	amount   int64 // of everything, freight included; minor units
	freight  int64
	replaces *globalid.ID
	cause    Cause
}

// Cause is the request or the shortage that a refund is of; both are nil for one that the system or
// the merchant made.
type Cause struct{ AfterSale, Shortage *globalid.ID }

// refundWhole gives back a payment that does not count.
func (d *desk) refundWhole(
	ctx context.Context, paid *ent.Payment, trigger vocab.RefundTrigger,
) error {
	_, err := d.request(ctx, ask{payment: paid, trigger: trigger, amount: paid.PaidAmount})
	return err
}

// lack tells what an order lacks that was paid just now.
func (d *desk) lack(ctx context.Context, short []order.Shortage) error {
	if len(short) == 0 {
		return nil
	}
	return d.Short(ctx, d.tx, d.l, short)
}

// Held is a refund of what a request or a shortage holds of one sub-order.
type Held struct {
	SubOrder *ent.SubOrder
	Trigger  vocab.RefundTrigger
	Cause    Cause
	Holds    []order.Hold // taken already
	Freight  int64        // taken already; minor units
}

// RefundHeld refunds what is held, in the transaction that has locked the order, and returns the
// refund; one of 0 has succeeded with that. The caller writes the order's events. After commit the
// runner submits the refund. What its success brings about is told to Refunded.
func (p *Payments) RefundHeld(
	ctx context.Context, tx *store.Tx, l *order.Locked, held Held,
) (*ent.Refund, error) {
	d, err := p.deskFor(ctx, tx, l)
	if err != nil {
		return nil, err
	}
	a := ask{payment: d.countedRow(), trigger: held.Trigger, sub: held.SubOrder,
		lines: held.Holds, amount: held.Freight, freight: held.Freight, cause: held.Cause}
	for _, h := range held.Holds {
		a.amount += h.Amount
	}
	return d.request(ctx, a)
}

// addUnits takes units of an item into the ask of its sub-order. With the last unit of an item what
// was given with it comes back too, as far as it is here.
func (d *desk) addUnits(
	ctx context.Context, asks *[]*ask, item *ent.OrderItem, units int64,
) error {
	if units = min(units, item.RefundableQuantity); units == 0 {
		return nil // a gift that came back with its item
	}
	amount := order.Worth(item, units)
	hold := order.Hold{Item: item, Units: units, Amount: amount, Unshipped: true}
	if err := d.l.Take(ctx, d.tx, hold); err != nil {
		return err
	}
	a := askOf(asks, d.l.Sub(item.SubOrderID))
	a.amount += amount
	a.lines = append(a.lines, hold)
	if item.RefundableQuantity > 0 {
		return nil
	}
	for _, gift := range d.l.Gifts(item) {
		here := min(gift.RefundableQuantity, d.l.Shippable(gift))
		if err := d.l.Unreserve(ctx, d.tx, gift, here); err != nil {
			return err
		}
		if err := d.addUnits(ctx, asks, gift, here); err != nil {
			return err
		}
	}
	return nil
}

func askOf(asks *[]*ask, sub *ent.SubOrder) *ask {
	for _, a := range *asks {
		if a.sub.ID == sub.ID {
			return a
		}
	}
	a := &ask{sub: sub}
	*asks = append(*asks, a)
	return a
}

// requestAll adds the freight that comes back, which is known only when all units are taken, and
// makes the refunds, in the order of the asks.
func (d *desk) requestAll(ctx context.Context, asks []*ask) ([]*ent.Refund, error) {
	for _, a := range asks {
		freight, err := d.l.FreightBack(ctx, d.tx, order.FreightAsk{Sub: a.sub})
		if err != nil {
			return nil, err
		}
		a.freight = freight
		a.amount += freight
	}
	refunds := make([]*ent.Refund, len(asks))
	for i, a := range asks {
		var err error
		if refunds[i], err = d.request(ctx, *a); err != nil {
			return nil, err
		}
	}
	return refunds, nil
}

// request writes a refund; one of 0 has succeeded in this transaction.
func (d *desk) request(ctx context.Context, a ask) (*ent.Refund, error) {
	next, err := lifecycle.Refund.Next("", vocab.RequestRefund, vocab.System,
		lifecycle.RefundFacts{NothingToMove: a.amount == 0})
	if err != nil {
		return nil, fmt.Errorf("payment: refund: %w", err)
	}
	create := d.tx.Refund.Create().SetOrderID(d.l.Order.ID).SetTrigger(a.trigger).
		SetStatus(next.To).SetCurrency(d.l.Order.Currency).SetAmount(a.amount).
		SetFreight(a.freight).SetNillableReplacesID(a.replaces).
		SetNillableAfterSaleID(a.cause.AfterSale).SetNillableShortageID(a.cause.Shortage).
		SetCreatedAt(d.tx.Now)
	if a.sub != nil {
		create.SetSubOrderID(a.sub.ID).SetShopID(a.sub.ShopID)
	}
	if next.To == vocab.RefundSucceeded {
		create.SetSucceededAt(d.tx.Now)
	} else {
		create.SetPaymentID(a.payment.ID).SetCurrency(a.payment.Currency).
			SetNextAttemptAt(d.DB.RealNow())
	}
	r, err := create.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("payment: refund: %w", err)
	}
	lines, err := d.writeLines(ctx, r, a.lines)
	if err != nil {
		return nil, err
	}
	d.tell(r, next.Emit, "", next.To)
	if next.To == vocab.RefundSucceeded {
		return r, d.moneyBack(ctx, r, lines)
	}
	return r, nil
}

func (d *desk) writeLines(
	ctx context.Context, r *ent.Refund, lines []order.Hold,
) ([]*ent.RefundLine, error) {
	rows := make([]*ent.RefundLineCreate, len(lines))
	for i, line := range lines {
		rows[i] = d.tx.RefundLine.Create().SetRefundID(r.ID).SetItemID(line.Item.ID).
			SetSubOrderID(line.Item.SubOrderID).SetQuantity(line.Units).
			SetUnshipped(line.Unshipped).SetAmount(line.Amount).
			SetCurrency(line.Item.Currency).SetCreatedAt(d.tx.Now)
	}
	written, err := d.tx.RefundLine.CreateBulk(rows...).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("payment: refund lines: %w", err)
	}
	return written, nil
}

// tell adds a refund's event: to its shop, or to the whole order.
func (d *desk) tell(r *ent.Refund, name string, from, to vocab.RefundStatus) {
	facts := document.Payload{
		Refund: r.ID, From: string(from), To: string(to), Reason: string(r.Trigger),
		Amount: r.Amount, Currency: r.Currency,
	}
	if r.PaymentID != nil {
		facts.Payment = *r.PaymentID
	}
	if r.ShopID == nil {
		d.l.Log.Add(name, facts)
		return
	}
	facts.SubOrder = *r.SubOrderID
	d.l.Log.AddFor(*r.ShopID, name, facts)
}
