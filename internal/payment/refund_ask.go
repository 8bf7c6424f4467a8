package payment

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/terms"
)

// ask is a refund to be made: of a whole payment, or of lines of one sub-order.
type ask struct {
	payment  *ent.Payment // nil when nothing was paid
	trigger  lifecycle.RefundTrigger
	sub      *ent.SubOrder // nil for a whole payment
	lines    []askLine
	amount   int64 // of everything, freight included; minor units
	freight  int64
	replaces *globalid.ID
}

type askLine struct {
	item     *ent.OrderItem
	quantity int64
	amount   int64
}

// refundWhole gives back a payment that does not count.
func (d *desk) refundWhole(
	ctx context.Context, paid *ent.Payment, trigger lifecycle.RefundTrigger,
) error {
	_, err := d.request(ctx, ask{payment: paid, trigger: trigger, amount: paid.PaidAmount})
	return err
}

// refundShortages gives back what a paid order lacks, a refund for each sub-order. paid is nil for
// an order that cost nothing.
func (d *desk) refundShortages(
	ctx context.Context, paid *ent.Payment, shortages []order.Shortage,
) error {
	var asks []*ask
	for _, s := range shortages {
		if err := d.addUnits(ctx, &asks, s.Item, s.Quantity); err != nil {
			return err
		}
	}
	for _, a := range asks {
		a.payment, a.trigger = paid, lifecycle.TriggerShortage
	}
	_, err := d.requestAll(ctx, asks)
	return err
}

// RefundShortages gives back what an order that this transaction has locked will not get, a refund
// for each sub-order. The caller has ended the holds on the units and writes the order's events.
// After commit the runner submits the refunds.
func (p *Payments) RefundShortages(
	ctx context.Context, tx *store.Tx, l *order.Locked, short []order.Shortage,
) error {
	d, err := p.deskFor(ctx, tx, l)
	if err != nil {
		return err
	}
	return d.refundShortages(ctx, d.countedRow(), short)
}

// addUnits takes units of an item into the ask of its sub-order. With the last unit of an item what
// was given with it comes back too.
func (d *desk) addUnits(
	ctx context.Context, asks *[]*ask, item *ent.OrderItem, units int64,
) error {
	if units = min(units, item.RefundableQuantity); units == 0 {
		return nil // a gift that came back with its item
	}
	amount, err := d.l.Take(ctx, d.tx, item, units)
	if err != nil {
		return err
	}
	a := askOf(asks, d.l.Sub(item.SubOrderID))
	a.amount += amount
	a.lines = append(a.lines, askLine{item: item, quantity: units, amount: amount})
	if item.RefundableQuantity > 0 {
		return nil
	}
	for _, gift := range d.l.Gifts(item) {
		if err := d.l.Unreserve(ctx, d.tx, gift, gift.RefundableQuantity); err != nil {
			return err
		}
		if err := d.addUnits(ctx, asks, gift, gift.RefundableQuantity); err != nil {
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
		freight, err := d.l.FreightBack(ctx, d.tx, a.sub)
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
	next, err := lifecycle.Refund.Next("", lifecycle.RequestRefund, lifecycle.System,
		lifecycle.RefundFacts{NothingToMove: a.amount == 0})
	if err != nil {
		return nil, fmt.Errorf("payment: refund: %w", err)
	}
	create := d.tx.Refund.Create().SetOrderID(d.l.Order.ID).SetTrigger(a.trigger).
		SetStatus(next.To).SetCurrency(d.l.Order.Currency).SetAmount(a.amount).
		SetFreight(a.freight).SetNillableReplacesID(a.replaces).SetCreatedAt(d.tx.Now)
	if a.sub != nil {
		create.SetSubOrderID(a.sub.ID).SetShopID(a.sub.ShopID)
	}
	if next.To == lifecycle.RefundSucceeded {
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
	if next.To == lifecycle.RefundSucceeded {
		return r, d.l.RefundSucceeded(ctx, d.tx, r, lines)
	}
	return r, nil
}

func (d *desk) writeLines(
	ctx context.Context, r *ent.Refund, lines []askLine,
) ([]*ent.RefundLine, error) {
	rows := make([]*ent.RefundLineCreate, len(lines))
	for i, line := range lines {
		rows[i] = d.tx.RefundLine.Create().SetRefundID(r.ID).SetItemID(line.item.ID).
			SetSubOrderID(line.item.SubOrderID).SetQuantity(line.quantity).
			SetAmount(line.amount).SetCurrency(line.item.Currency).SetCreatedAt(d.tx.Now)
	}
	written, err := d.tx.RefundLine.CreateBulk(rows...).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("payment: refund lines: %w", err)
	}
	return written, nil
}

// tell adds a refund's event: to its shop, or to the whole order.
func (d *desk) tell(r *ent.Refund, name string, from, to lifecycle.RefundStatus) {
	facts := terms.Facts{
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
