package bench

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/ent/migrate"
	"orderflow/internal/globalid"
)

// copyOrders copies the templates in the server's database.
func (e *environment) copyOrders(ctx context.Context, f *filling, ids []globalid.ID) error {
	if e.serverDB.Dialect == dialect.SQLite {
		// The indexes of many orders do not fit in the 2 MB that are the default.
		_, err := e.serverDB.SQL().ExecContext(ctx, "PRAGMA cache_size = -400000")
		if err != nil {
			return err
		}
	}
	tables, err := readTables(ctx, e.serverDB)
	if err != nil {
		return err
	}
	templates := make([]*template, len(ids))
	for i, id := range ids {
		templates[i], err = newTemplate(tables, id, f.buyers[f.baskets[i].buyer], e.keys)
		if err != nil {
			return err
		}
	}
	var head int64
	err = e.serverDB.SQL().QueryRowContext(ctx,
		"SELECT position FROM "+migrate.FeedHeadsTable.Name).Scan(&head)
	if err != nil {
		return err
	}
	batch := newInserts(e.serverDB)
	for from := 0; from < len(f.copies); from += fillBatch {
		to := min(from+fillBatch, len(f.copies))
		for i := from; i < to; i++ {
			t := templates[f.copies[i]]
			back := fillSpan / time.Duration(len(f.copies)) * time.Duration(len(f.copies)-i)
			batch.addCopy(t, t.copy(i, f.buyers[f.buyerOf(i)], back, head))
			head += int64(len(t.positions))
		}
		if err := e.inServerTx(ctx, batch.write); err != nil {
			return err
		}
		e.progress("fill", to, len(f.copies))
	}
	return e.inServerTx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return addUp(ctx, tx, head)
	})
}

func (e *environment) inServerTx(
	ctx context.Context, do func(ctx context.Context, tx *sql.Tx) error,
) error {
	tx, err := e.serverDB.SQL().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// copy returns the i-th copy, back in time, of another buyer.
func (t *template) copy(i int, buyer globalid.ID, back time.Duration, head int64) *orderCopy {
	// Ids have milliseconds, and times are shifted by as much.
	c := &orderCopy{shift: back.Truncate(time.Millisecond), head: head}
	last := len(t.ids) - 1
	for _, id := range t.ids[:last] {
		c.ids = append(c.ids, shifted(id, c.shift, i))
	}
	c.ids = append(c.ids, buyer)
	for _, text := range t.renewed {
		c.renewed = append(c.renewed, renew(text, i))
	}
	return c
}

// shifted is an id that is older than another and different for each i. Ids of one order keep their
// order.
func shifted(id globalid.ID, back time.Duration, i int) globalid.ID {
	var ms [8]byte
	copy(ms[2:], id[:6])
	binary.BigEndian.PutUint64(ms[:],
		binary.BigEndian.Uint64(ms[:])-uint64(back.Milliseconds()))
	copy(id[:6], ms[2:])
	tail := id[12:]
	binary.BigEndian.PutUint32(tail, binary.BigEndian.Uint32(tail)^uint32(i))
	return id
}

// renew replaces the last twelve characters of a text by digits that differ for each i.
func renew(text string, i int) string {
	const digits, step, all = 12, 387_420_489, 1_000_000_000_000 // step has no factor of all
	number := fmt.Sprintf("%012d", (int64(i)+1)*step%all)
	return text[:max(len(text)-digits, 0)] + number
}

// addUp sets what sums up rows of others: the head of the feed and the stocks.
func addUp(ctx context.Context, tx *sql.Tx, head int64) error {
	sum := func(column string) string {
		return column + " = (SELECT SUM(" + column + "_delta) FROM stock_movements m " +
			"WHERE m.stock_id = stocks.id)"
	}
	_, err := tx.ExecContext(ctx, "UPDATE feed_heads SET position = ?", head)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE stocks SET "+sum("on_hand")+", "+sum("reserved"))
	return err
}
