package verify

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"orderflow/ent"
	"orderflow/internal/globalid"
)

// positionOrder checks one order's part of the feed. Events without a position at the end are lag.
func (r *run) positionOrder() func(*orderData) {
	c := r.check(6, "feed.order", "an order's events stand in the feed in the order of their "+
		"sequence, and none without a position before one that has one")
	return func(b *orderData) {
		var before *ent.Event
		for _, e := range b.events {
			c.Rows++
			switch {
			case before == nil || e.Position == nil:
			case before.Position == nil:
				c.fail(before.ID, "has no position, %s after it has %d", e.ID, *e.Position)
			case *before.Position >= *e.Position:
				c.fail(e.ID, "position %d, before it %d", *e.Position, *before.Position)
			}
			before = e
		}
	}
}

// feed compares the feed with the events from both sides.
func (r *run) feed(ctx context.Context) error {
	gaps := r.check(6, "feed.positions",
		"positions have no gap from the oldest kept to the head of the feed")
	matches := r.check(6, "feed.events", "each event has one position, each position one event, "+
		"and both say the same")
	var head int64
	err := r.conn.QueryRowContext(ctx, "SELECT position FROM feed_heads").Scan(&head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	all := int(head) * 2 // entries, then events; fewer when entries were dropped by age
	oldest, err := r.entries(ctx, gaps, matches, head, all)
	if err != nil {
		return err
	}
	if err := r.positions(ctx, matches, oldest, head, all); err != nil {
		return err
	}
	r.progress("feed", all, all)
	return r.measureLag(ctx)
}

// entries streams the feed and returns the oldest position kept, or one above the head.
func (r *run) entries(
	ctx context.Context, gaps, matches *Check, head int64, all int,
) (oldest int64, err error) {
	var last int64
	err = r.each(ctx, `SELECT f.position, f.event_id, f.order_id, f.shop_id,
		COALESCE(e.position, 0), e.order_id, e.shop_id
		FROM feed_entries f LEFT JOIN events e ON e.id = f.event_id ORDER BY f.position`, nil,
		func(scan func(...any) error) error {
			var position, eventPosition int64
			var event, order, shop, eventOrder, eventShop globalid.ID
			err := scan(&position, &event, &order, &shop, &eventPosition, &eventOrder, &eventShop)
			if err != nil {
				return err
			}
			gaps.Rows++
			matches.Rows++
			r.rows++
			if oldest == 0 {
				oldest, last = position, position-1
			}
			if position != last+1 {
				gaps.failAt(strconv.FormatInt(position, 10), "follows %d", last)
			}
			last = position
			if eventPosition != position || order != eventOrder || shop != eventShop {
				matches.fail(event, "feed: position %d of order %q, shop %q; event: %d, %q, %q",
					position, order, shop, eventPosition, eventOrder, eventShop)
			}
			r.progressEvery("feed", int(position), all)
			return nil
		})
	if oldest == 0 {
		return head + 1, err
	}
	if last != head {
		gaps.failAt(strconv.FormatInt(last, 10), "is the last position, the head is %d", head)
	}
	return oldest, err
}

// positions streams the events that have a position.
func (r *run) positions(
	ctx context.Context, matches *Check, oldest, head int64, all int,
) error {
	var last int64
	return r.each(ctx, `SELECT e.id, e.position, f.event_id FROM events e
		LEFT JOIN feed_entries f ON f.position = e.position
		WHERE e.position IS NOT NULL ORDER BY e.position`, nil,
		func(scan func(...any) error) error {
			var id, entry globalid.ID
			var position int64
			if err := scan(&id, &position, &entry); err != nil {
				return err
			}
			matches.Rows++
			r.rows++
			switch {
			case position == last:
				matches.fail(id, "shares position %d", position)
			case position < 1 || position > head:
				matches.fail(id, "position %d, the head is %d", position, head)
			case position >= oldest && entry != id:
				matches.fail(id, "position %d is of %q", position, entry)
			}
			last = position
			r.progressEvery("feed", int(head+position), all)
			return nil
		})
}

// measureLag counts the events without a position.
func (r *run) measureLag(ctx context.Context) error {
	var first globalid.ID
	err := r.conn.QueryRowContext(ctx, "SELECT COUNT(*), MIN(id) FROM events WHERE position IS NULL").
		Scan(&r.lag.Events, &first)
	if err != nil || r.lag.Events == 0 {
		return err
	}
	r.rows += int64(r.lag.Events)
	oldest, err := r.client.Event.Get(ctx, first)
	if err != nil {
		return err
	}
	r.lag.Oldest = &oldest.CreatedAt
	return nil
}
