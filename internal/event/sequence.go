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

// unsequenced is an event without a position.
type unsequenced struct {
	id          globalid.ID
	order, shop *globalid.ID
}

// assignPositions assigns the positions after head to up to limit committed events and returns
// their number. The transaction must hold the lock of the head. Of each order it takes a prefix of
// the events without a position: an event is visible only together with those before it.
func assignPositions(ctx context.Context, tx executor, head int64, limit int) (int, error) {
	events, err := nextUnsequenced(ctx, tx, limit)
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
			repeatList("(?,?,?,?)", len(events)), entries},
		{"UPDATE events SET position = (SELECT f.position FROM feed_entries f" +
			" WHERE f.event_id = events.id) WHERE id IN (" + repeatList("?", len(events)) + ")", ids},
		{"UPDATE feed_heads SET position = ? WHERE id = ?",
			[]any{head + int64(len(events)), headID}},
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s.query, s.args...); err != nil {
			return 0, fmt.Errorf("assign positions: %w", err)
		}
	}
	return len(events), nil
}

func nextUnsequenced(ctx context.Context, tx executor, limit int) ([]unsequenced, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, order_id, shop_id FROM events"+
		" WHERE position IS NULL ORDER BY order_id, sequence, id LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("events without a position: %w", err)
	}
	defer rows.Close()
	var events []unsequenced
	for rows.Next() {
		var e unsequenced
		if err := rows.Scan(&e.id, &e.order, &e.shop); err != nil {
			return nil, fmt.Errorf("events without a position: %w", err)
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

func repeatList(mark string, n int) string {
	return strings.TrimSuffix(strings.Repeat(mark+",", n), ",")
}
