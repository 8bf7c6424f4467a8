package store

import (
	"context"
	"errors"
	"slices"

	"orderflow/internal/globalid"
)

// Take claims up to limit due rows for this server and returns their ids, what is due first at the
// front. Rows that another server has locked or claimed are skipped; no call waits for another.
func (db *DB) Take(ctx context.Context, d Due, limit int) ([]globalid.ID, error) {
	var ids []globalid.ID
	err := db.Run(ctx, func(ctx context.Context, tx *Tx) error {
		now := moment{business: tx.Now, real: db.RealNow()}
		where, args := d.due(now)
		found, err := tx.selectIDs(ctx, "SELECT id FROM "+d.Table+" WHERE "+where+
			" ORDER BY "+d.Column+" LIMIT ?", append(args, limit)...)
		if err != nil {
			return err
		}
		if ids, err = tx.lockDue(ctx, d, now, found); err != nil || len(found) == 0 {
			return err
		}
		if len(ids) == 0 { // another server is claiming the same: it is elsewhere in a moment
			return errChanged
		}
		_, err = tx.ExecContext(ctx, "UPDATE "+d.Table+" SET "+claimedColumn+
			" = ? WHERE id IN ("+marks(len(ids))+")",
			append([]any{now.real.Add(d.Lease)}, anys(ids)...)...)
		return err
	})
	if errors.Is(err, errChanged) {
		return nil, nil
	}
	return ids, err
}

// lockDue locks those of the rows that are due and that nobody else has locked, and returns them in
// their order. The rows were found without a lock: a search for what is due locks all that it
// sorts.
func (tx *Tx) lockDue(
	ctx context.Context, d Due, now moment, rows []globalid.ID,
) ([]globalid.ID, error) {
	if !tx.Locks() || len(rows) == 0 {
		return rows, nil
	}
	where, args := d.due(now)
	locked, err := tx.selectIDs(ctx, "SELECT id FROM "+d.Table+" FORCE INDEX (PRIMARY)"+
		" WHERE id IN ("+marks(len(rows))+") AND "+where+" FOR UPDATE SKIP LOCKED",
		append(anys(rows), args...)...)
	return slices.DeleteFunc(rows, func(id globalid.ID) bool {
		return !slices.Contains(locked, id)
	}), err
}

func (tx *Tx) selectIDs(
	ctx context.Context, query string, args ...any,
) (ids []globalid.ID, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id globalid.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func anys(ids []globalid.ID) []any {
	all := make([]any, len(ids))
	for i, id := range ids {
		all[i] = id
	}
	return all
}
