package event

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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

// positionsAtOnce bounds the CASE of one statement: the database searches it for each row.
const positionsAtOnce = 100

// assignPositions assigns the positions after head to up to limit committed events and returns
// their number. The transaction must hold the lock of the head. Of each order it takes a prefix of
// the events without a position: an event is visible only together with those before it.
func assignPositions(ctx context.Context, tx executor, head int64, limit int) (int, error) {
	events, err := nextUnsequenced(ctx, tx, limit)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	position := head
	for part := range slices.Chunk(events, positionsAtOnce) {
		args := make([]any, 0, 3*len(part))
		for _, id := range part {
			position++
			args = append(args, id, position)
		}
		for _, id := range part {
			args = append(args, id)
		}
		_, err := tx.ExecContext(ctx, "UPDATE events SET position = CASE id"+
			strings.Repeat(" WHEN ? THEN ?", len(part))+" END WHERE id IN ("+
			repeatList("?", len(part))+")", args...)
		if err != nil {
			return 0, fmt.Errorf("assign positions: %w", err)
		}
	}
	_, err = tx.ExecContext(ctx,
		"UPDATE feed_heads SET position = ? WHERE id = ?", position, headID)
	if err != nil {
		return 0, fmt.Errorf("assign positions: %w", err)
	}
	return len(events), nil
}

func nextUnsequenced(ctx context.Context, tx executor, limit int) ([]globalid.ID, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id FROM events WHERE position IS NULL"+
		" ORDER BY order_id, sequence, id LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("events without a position: %w", err)
	}
	defer rows.Close()
	var events []globalid.ID
	for rows.Next() {
		var id globalid.ID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("events without a position: %w", err)
		}
		events = append(events, id)
	}
	return events, rows.Err()
}

func repeatList(mark string, n int) string {
	return strings.TrimSuffix(strings.Repeat(mark+",", n), ",")
}
