package verify

import (
	"context"
	"database/sql"

	"orderflow/ent"
	"orderflow/ent/billdifference"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// bills checks the comparisons with the bills of channels.
func (r *run) bills(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		r.billLines, r.billRows, r.differenceEvents,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// billedLines are the lines of finished bills with what the books have of them.
const billedLines = `SELECT l.id, l.kind, l.number, l.amount, CASE
	WHEN l.kind = 'PAYMENT' THEN p.paid_amount WHEN f.status = 'SUCCEEDED' THEN f.amount END
	FROM bill_lines l JOIN channel_bills b ON b.id = l.bill_id
	LEFT JOIN payments p ON l.kind = 'PAYMENT' AND p.channel = b.channel AND
		p.transaction_id = l.number AND p.id = l.payment_id
	LEFT JOIN refunds f ON l.kind = 'REFUND' AND f.id = l.refund_id
	WHERE b.finished_at IS NOT NULL AND (l.kind = 'PAYMENT' OR l.state = 'SUCCEEDED') AND
		NOT EXISTS (SELECT 1 FROM bill_differences d WHERE d.channel = b.channel AND
			d.day = b.day AND d.number = l.number)`

func (r *run) billLines(ctx context.Context) error {
	c := r.check(10, "bills.lines", "what a finished bill of a channel names is in the books with "+
		"its amount, or there is a difference")
	return r.each(ctx, billedLines, nil, func(scan func(...any) error) error {
		var id globalid.ID
		var kind, number string
		var amount int64
		var booked sql.NullInt64
		if err := scan(&id, &kind, &number, &amount, &booked); err != nil {
			return err
		}
		c.Rows++
		r.rows++
		if !booked.Valid || booked.Int64 != amount {
			c.fail(id, "%s %s of %d, the books have %v", kind, number, amount, booked.Int64)
		}
		return nil
	})
}

// billRows compares each bill with its lines and differences.
func (r *run) billRows(ctx context.Context) error {
	c := r.check(10, "bills.rows", "a bill counts its lines and differences, waits for its next "+
		"step unless it is finished, and a difference is of its channel and day")
	return r.each(ctx, `SELECT b.id, b.compared, b.settled, b.differences,
		b.finished_at IS NULL, b.next_attempt_at IS NULL,
		(SELECT COUNT(*) FROM bill_lines l WHERE l.bill_id = b.id),
		(SELECT COUNT(*) FROM bill_differences d WHERE d.bill_id = b.id AND
			d.channel = b.channel AND d.day = b.day) FROM channel_bills b`, nil,
		func(scan func(...any) error) error {
			var id globalid.ID
			var compared, settled, differences, lines, found int64
			var open, idle bool
			err := scan(&id, &compared, &settled, &differences, &open, &idle, &lines, &found)
			if err != nil {
				return err
			}
			c.Rows++
			r.rows++
			// A line that a bill repeats is compared twice and kept once.
			if compared < lines || settled > compared || differences != found {
				c.fail(id, "compared %d lines, of %d kept; settled %d; %d differences of %d",
					compared, lines, settled, differences, found)
			}
			if open == idle {
				c.fail(id, "finished: %t, waits: %t", !open, !idle)
			}
			return nil
		})
}

// differenceBatch is how many differences are compared with the events in one pass.
const differenceBatch = 20_000

// told counts the events of a difference by shop.
type told struct {
	*ent.BillDifference
	found, resolved map[globalid.ID]int
}

// differenceEvents compares differences with their events, which are of no order.
func (r *run) differenceEvents(ctx context.Context) error {
	c := r.check(10, "bills.told", "each shop of the order of a difference was told once that it "+
		"was found, and that it was resolved, which has a time")
	var last globalid.ID
	for first := true; ; first = false {
		rows, err := r.client.BillDifference.Query().Where(billdifference.IDGT(last)).
			Order(ent.Asc(billdifference.FieldID)).Limit(differenceBatch).All(ctx)
		if err != nil || len(rows) == 0 && !first {
			return err
		}
		batch := make(map[globalid.ID]*told, len(rows))
		for _, d := range rows {
			batch[d.ID] = &told{d, map[globalid.ID]int{}, map[globalid.ID]int{}}
		}
		after, end := last, len(rows) < differenceBatch
		if !end {
			last = rows[len(rows)-1].ID
		}
		inBatch := func(id globalid.ID) bool {
			return after.Compare(id) < 0 && (end || id.Compare(last) <= 0) || first && id.IsZero()
		}
		if err := r.countTold(ctx, c, inBatch, batch); err != nil {
			return err
		}
		for _, d := range rows {
			c.Rows++
			r.rows++
			if err := r.compareTold(ctx, c, batch[d.ID]); err != nil {
				return err
			}
		}
		if end {
			return nil
		}
	}
}

// countTold streams the events about bills and counts those of the batch.
func (r *run) countTold(
	ctx context.Context, c *Check, inBatch func(globalid.ID) bool, batch map[globalid.ID]*told,
) error {
	return r.shopEvents(ctx, "type LIKE 'bill.%'", func(e *ent.Event) {
		if !inBatch(e.Payload.Difference) {
			return
		}
		c.Rows++
		d := batch[e.Payload.Difference]
		switch {
		case !legal(e):
			c.fail(e.ID, "%s from %q to %q is in no table", e.Type, e.Payload.From, e.Payload.To)
		case d == nil:
			c.fail(e.ID, "is about %q", e.Payload.Difference)
		case e.Type == vocab.EventBillDiffers:
			d.found[*e.ShopID]++
		default:
			d.resolved[*e.ShopID]++
		}
	})
}

func (r *run) compareTold(ctx context.Context, c *Check, d *told) error {
	resolved := 0
	if d.Status == vocab.DifferenceResolved {
		resolved = 1
	}
	if (resolved == 1) != (d.ResolvedAt != nil) || (resolved == 1) != (d.Note != "") {
		c.fail(d.ID, "%s, resolved at %v, note %q", d.Status, d.ResolvedAt, d.Note)
	}
	shops := map[globalid.ID]bool{}
	if d.OrderID != nil {
		subs, err := r.client.SubOrder.Query().Where(suborder.OrderID(*d.OrderID)).All(ctx)
		if err != nil {
			return err
		}
		for _, sub := range subs {
			shops[sub.ShopID] = true
		}
	}
	ok := len(d.found) == len(shops) && len(d.resolved) == resolved*len(shops)
	for shop := range shops {
		ok = ok && d.found[shop] == 1 && d.resolved[shop] == resolved
	}
	if !ok {
		c.fail(d.ID, "of %d shops, %d heard of it and %d of its end", len(shops), len(d.found),
			len(d.resolved))
	}
	return nil
}
