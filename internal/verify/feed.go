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

// feed streams the events that have a position.
func (r *run) feed(ctx context.Context) error {
	gaps := r.check(6, "feed.positions", "positions go from 1 to the head of the feed without a gap")
	single := r.check(6, "feed.events", "no two events share a position, and none is beyond the head")
	var head int64
	err := r.conn.QueryRowContext(ctx, "SELECT position FROM feed_heads").Scan(&head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var before globalid.ID
	var last int64
	err = r.each(ctx, "SELECT id, position FROM events WHERE position IS NOT NULL ORDER BY position",
		nil, func(scan func(...any) error) error {
			var id globalid.ID
			var position int64
			if err := scan(&id, &position); err != nil {
				return err
			}
			gaps.Rows++
			single.Rows++
			r.rows++
			switch {
			case position == last:
				single.fail(before, "shares position %d", position)
				single.fail(id, "shares position %d", position)
			case position != last+1:
				gaps.failAt(strconv.FormatInt(position, 10), "follows %d", last)
			}
			if position > head {
				single.fail(id, "position %d, the head is %d", position, head)
			}
			before, last = id, position
			r.progressEvery("feed", int(position), int(head))
			return nil
		})
	if err != nil {
		return err
	}
	if last != head {
		gaps.failAt(strconv.FormatInt(last, 10), "is the last position, the head is %d", head)
	}
	r.progress("feed", int(head), int(head))
	return r.measureLag(ctx)
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
