package event

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"orderflow/internal/globalid"
)

// headID is the id of the single row of feed_heads.
const headID = 1

// executor is a transaction: of ent on SQLite, of the sequencer's own connection elsewhere.
type executor interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

type unplaced struct {
	id          globalid.ID
	order, shop *globalid.ID
}

// place gives up to limit committed events the positions after head, in a transaction that holds
// the head. What an order's events get is always a prefix of what has none: an event is visible
// only together with those before it.
func place(ctx context.Context, tx executor, head int64, limit int) (placed int, err error) {
	events, err := nextUnplaced(ctx, tx, limit)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	entries := make([]any, 0, 4*len(events))
	ids := make([]any, 0, len(events))
	for i, e := range events {
		entries = append(entries, head+int64(i)+1, e.id, e.order, e.shop)
		ids = append(ids, e.id)
	}
	statements := []struct {
		query string
		args  []any
	}{
		{"INSERT INTO feed_entries (position, event_id, order_id, shop_id) VALUES " +
			list("(?,?,?,?)", len(events)), entries},
		{"UPDATE events SET position = (SELECT f.position FROM feed_entries f" +
			" WHERE f.event_id = events.id) WHERE id IN (" + list("?", len(events)) + ")", ids},
		{"UPDATE feed_heads SET position = ? WHERE id = ?",
			[]any{head + int64(len(events)), headID}},
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s.query, s.args...); err != nil {
			return 0, fmt.Errorf("place events: %w", err)
		}
	}
	return len(events), nil
}

func nextUnplaced(ctx context.Context, tx executor, limit int) ([]unplaced, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, order_id, shop_id FROM events"+
		" WHERE position IS NULL ORDER BY order_id, sequence, id LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("unplaced events: %w", err)
	}
	defer rows.Close()
	var events []unplaced
	for rows.Next() {
		var e unplaced
		if err := rows.Scan(&e.id, &e.order, &e.shop); err != nil {
			return nil, fmt.Errorf("unplaced events: %w", err)
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

func list(mark string, n int) string {
	return strings.TrimSuffix(strings.Repeat(mark+",", n), ",")
}
