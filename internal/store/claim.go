package store

import (
	"context"

	"orderflow/internal/globalid"
)

// Take claims up to limit due rows for this server and returns their ids, what is due first at the
// front. Rows that another server has locked or claimed are skipped; no call waits for another.
func (db *DB) Take(ctx context.Context, d Due, limit int) ([]globalid.ID, error) {
	var ids []globalid.ID
	err := db.Run(ctx, func(ctx context.Context, tx *Tx) error {
		ids = ids[:0]
		now := moment{business: tx.Now, real: db.RealNow()}
		where, args := d.due(now)
		query := "SELECT id FROM " + d.Table + " WHERE " + where +
			" ORDER BY " + d.Column + " LIMIT ?"
		if tx.Locks() {
			query += " FOR UPDATE SKIP LOCKED"
		}
		rows, err := tx.QueryContext(ctx, query, append(args, limit)...)
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
		args = []any{now.real.Add(d.Lease)}
		for _, id := range ids {
			args = append(args, id)
		}
		_, err = tx.ExecContext(ctx, "UPDATE "+d.Table+" SET "+claimedColumn+
			" = ? WHERE id IN ("+marks(len(ids))+")", args...)
		return err
	})
	return ids, err
}
