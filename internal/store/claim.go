package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"orderflow/internal/globalid"
)

// Claim describes due rows of one table with the columns of an intent.
type Claim struct {
	Table string
	Where string // SQL over the table's columns, with ? for Args
	Args  []any
	Order string // the column to order by, what is due first
	Limit int
	// Lease is how long the claim lasts, in real time. An expired claim may be taken over.
	Lease time.Duration
}

// Take claims due rows for this server and returns their ids. Rows that another server has locked
// or claimed are skipped; no call waits for another.
func (db *DB) Take(ctx context.Context, c Claim) ([]globalid.ID, error) {
	if some, err := db.anyDue(ctx, c); err != nil || !some {
		return nil, err
	}
	var ids []globalid.ID
	err := db.Run(ctx, func(ctx context.Context, tx *Tx) error {
		ids = ids[:0]
		now := db.RealNow()
		query := "SELECT id FROM " + c.Table + " WHERE " + c.Where +
			" AND (claimed_until IS NULL OR claimed_until < ?) ORDER BY " + c.Order + " LIMIT ?"
		if tx.Locks() {
			query += " FOR UPDATE SKIP LOCKED"
		}
		args := append(append([]any{}, c.Args...), now, c.Limit)
		rows, err := tx.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id globalid.ID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		if err := rows.Err(); err != nil || len(ids) == 0 {
			return err
		}
		marks := strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
		args = []any{now.Add(c.Lease)}
		for _, id := range ids {
			args = append(args, id)
		}
		_, err = tx.ExecContext(ctx,
			"UPDATE "+c.Table+" SET claimed_until = ? WHERE id IN ("+marks+")", args...)
		return err
	})
	return ids, err
}

// anyDue reads without a lock, so that an idle server does not occupy the writer.
func (db *DB) anyDue(ctx context.Context, c Claim) (bool, error) {
	query := "SELECT id FROM " + c.Table + " WHERE " + c.Where +
		" AND (claimed_until IS NULL OR claimed_until < ?) LIMIT 1"
	args := append(slices.Clone(c.Args), db.RealNow())
	rows, err := db.Client.QueryContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	some := rows.Next()
	return some, rows.Err()
}

// In is the condition that a column has one of the values, for the Where of a Claim.
func In[S ~string](column string, values []S) (where string, args []any) {
	for _, v := range values {
		args = append(args, v)
	}
	return column + " IN (" + marks(len(values)) + ")", args
}
