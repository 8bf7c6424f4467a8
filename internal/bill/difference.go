package bill

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/billdifference"
	entpayment "orderflow/ent/payment"
	"orderflow/ent/suborder"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// clock is who compares, in events.
var clock = event.Actor{Role: vocab.Clock}

// noBill is the difference of a bill that does not come.
func noBill(why error) *ent.BillDifference {
	return &ent.BillDifference{Kind: vocab.DifferenceNoBill, Detail: clip(why.Error(), 200)}
}

// found stores differences that are not stored yet, tells the shops concerned, and alarms staff
// once they are committed.
func (c *comparison) found(
	ctx context.Context, tx *store.Tx, bill *ent.ChannelBill, differences []*ent.BillDifference,
) error {
	if len(differences) == 0 {
		return nil
	}
	numbers := make([]string, len(differences))
	for i, d := range differences {
		numbers[i] = d.Number
	}
	before, err := tx.BillDifference.Query().Where(billdifference.ChannelEQ(bill.Channel),
		billdifference.Day(bill.Day), billdifference.NumberIn(numbers...)).All(ctx)
	if err != nil {
		return err
	}
	var added []*ent.BillDifference
	for _, d := range differences {
		same := func(o *ent.BillDifference) bool { return o.Number == d.Number && o.Kind == d.Kind }
		if slices.ContainsFunc(before, same) || slices.ContainsFunc(added, same) {
			continue
		}
		added = append(added, d)
	}
	if err := nameOrders(ctx, tx, added); err != nil {
		return err
	}
	for _, d := range added {
		d.ID = globalid.New(globalid.BillDifference)
		d.BillID, d.Channel, d.Day, d.CreatedAt = bill.ID, bill.Channel, bill.Day, tx.Now
		d.Status = ""
		if err := change(ctx, tx, clock, d, vocab.FindDifference); err != nil {
			return err
		}
		tx.Insert(d)
		tx.AfterCommit(func() { c.alarm(ctx, d) })
	}
	bill.Differences += int64(len(added))
	return nil
}

// alarm reports a difference to staff.
func (c *comparison) alarm(ctx context.Context, d *ent.BillDifference) {
	c.Counters.Differences.Add(1)
	c.Payments.Counters.Alarms.Add(1)
	c.Log.ErrorContext(ctx, "a channel's bill differs", "difference", d.ID, "kind", d.Kind,
		"channel", d.Channel, "day", d.Day, "number", d.Number, "out_trade_no", d.TradeNo,
		"here", d.Here, "in the bill", d.There, "detail", d.Detail)
}

// nameOrders sets the orders of differences about payments that are known here.
func nameOrders(ctx context.Context, tx *store.Tx, differences []*ent.BillDifference) error {
	var payments []globalid.ID
	for _, d := range differences {
		if d.PaymentID != nil {
			payments = append(payments, *d.PaymentID)
		}
	}
	if len(payments) == 0 {
		return nil
	}
	rows, err := tx.Payment.Query().Where(entpayment.IDIn(payments...)).All(ctx)
	if err != nil {
		return err
	}
	for _, d := range differences {
		for _, row := range rows {
			if d.PaymentID != nil && *d.PaymentID == row.ID {
				d.OrderID = &row.OrderID
			}
		}
	}
	return nil
}

// change changes the status of a difference and tells each shop of its order.
func change(
	ctx context.Context, tx *store.Tx, by event.Actor, d *ent.BillDifference,
	action vocab.DifferenceAction,
) error {
	taken, err := lifecycle.Take(lifecycle.Difference, &d.Status, action, by.Role,
		lifecycle.NoFacts{})
	if err != nil || d.OrderID == nil {
		return err
	}
	subs, err := tx.SubOrder.Query().Where(suborder.OrderID(*d.OrderID)).
		Order(suborder.ByShopID()).All(ctx)
	if err != nil {
		return err
	}
	payload := document.Payload{Difference: d.ID, From: string(taken.From), To: string(taken.To),
		Reason: string(d.Kind)}
	if d.PaymentID != nil {
		payload.Payment = *d.PaymentID
	}
	if d.RefundID != nil {
		payload.Refund = *d.RefundID
	}
	for i, sub := range subs {
		if i == 0 || sub.ShopID != subs[i-1].ShopID {
			event.EmitForShop(tx, by,
				event.Draft{Shop: sub.ShopID, Name: taken.Emit, Payload: payload})
		}
	}
	return nil
}

// billCame resolves that there was no bill.
func (c *comparison) billCame(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.BillDifference.Query().Where(billdifference.BillID(c.bill.ID),
		billdifference.ChannelEQ(c.bill.Channel), billdifference.Day(c.bill.Day),
		billdifference.KindEQ(vocab.DifferenceNoBill),
		billdifference.StatusIn(vocab.DifferenceUnresolved...)).All(ctx)
	if err != nil {
		return err
	}
	for _, d := range store.TrackAll(tx, rows) {
		if err := change(ctx, tx, clock, d, vocab.ResolveDifference); err != nil {
			return err
		}
		d.Note, d.ResolvedAt = "The bill came.", &tx.Now
	}
	return nil
}
