package checkout

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// The rows of the statement by which live is read. Each has the columns of stockRow or of holds.
const (
	versionRow = iota
	stockRowKind
	buyerRow
	unpaidRow
	expiredRow
)

// read reads the version of the catalogue, the stock of skus, and what the buyers hold unpaid, in
// one statement.
func (m *memory) read(
	ctx context.Context, at time.Time, baskets []basket, skus []globalid.ID,
) (*live, error) {
	var buyers []globalid.ID
	for _, b := range baskets {
		buyers = append(buyers, b.viewer.BuyerID)
	}
	query, args := liveQuery(m.db.Dialect, skus, sortedSet(buyers))
	args = append(args, globalid.Earliest(globalid.SubOrder, m.db.RealNow().Add(-expiriesRead)),
		at.Add(-expiriesWithin), string(vocab.PaymentTimeout), string(vocab.BuyerCancelled))
	rows, err := m.db.Client.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	defer rows.Close()
	now := &live{holds: map[globalid.ID]*holdings{}}
	for _, id := range buyers {
		now.holds[id] = newHoldings()
	}
	for rows.Next() {
		if err := now.scan(rows); err != nil {
			return nil, fmt.Errorf("stock: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	slices.SortFunc(now.stocks, func(a, b stockRow) int {
		return cmp.Or(a.sku.Compare(b.sku), a.warehouse.Compare(b.warehouse))
	})
	return now, nil
}

// liveQuery is the statement; the conditions of expired orders are its last arguments.
func liveQuery(on string, skus, buyers []globalid.ID) (query string, args []any) {
	args = []any{store.CatalogueVersion}
	query = fmt.Sprintf("SELECT %d, (SELECT value FROM settings WHERE name = ?),"+
		" NULL, NULL, NULL, NULL, 0, 0, 0", versionRow) +
		fmt.Sprintf(" UNION ALL SELECT %d, NULL, id, sku_id, warehouse_id, NULL,"+
			" on_hand - reserved, 0, 0 FROM stocks WHERE sku_id", stockRowKind) + store.Among(&args, skus) +
		fmt.Sprintf(" UNION ALL SELECT %d, NULL, id, NULL, NULL, NULL,"+
			" 0, units_placed, paced_until FROM buyers WHERE id", buyerRow) + store.Among(&args, buyers) +
		fmt.Sprintf(" UNION ALL SELECT %d, NULL, s.buyer_id, s.shop_id, s.order_id, i.sku_id,"+
			" i.quantity, i.deduction_mode = ?, s.status", unpaidRow)
	args = append(args, string(vocab.OnOrder))
	ofBuyer, join := "sub_orders s", " JOIN order_items i"
	if on == dialect.MySQL { // else young statistics may have it read all rows
		ofBuyer += " FORCE INDEX (suborder_buyer_id_status)"
		join = " STRAIGHT_JOIN order_items i FORCE INDEX (orderitem_sub_order_id)"
	}
	query += store.Among(&args, vocab.AwaitingPayment) + " FROM " + ofBuyer + join +
		" ON i.sub_order_id = s.id WHERE s.status" + store.Among(&args, vocab.Unpaid) +
		" AND s.buyer_id" + store.Among(&args, buyers) +
		fmt.Sprintf(" UNION ALL SELECT %d, NULL, buyer_id, shop_id, order_id, NULL, 0, 0, 0"+
			" FROM "+ofBuyer+" WHERE status", expiredRow) + store.Among(&args, vocab.TradeClosed) +
		" AND buyer_id" + store.Among(&args, buyers) + " AND id >= ? AND closed_at > ?" +
		" AND (close_reason = ? OR close_reason = ? AND 2 * " + span(on, "created_at", "closed_at") +
		" > (SELECT " + span(on, "o.created_at", "o.pay_due_at") +
		" FROM orders o WHERE o.id = s.order_id))"
	return query, args
}

// span is the time between two columns, as a number of the database's own unit.
func span(on, from, to string) string {
	if on == dialect.MySQL {
		return "TIMESTAMPDIFF(MICROSECOND, " + from + ", " + to + ")"
	}
	return "(julianday(" + to + ") - julianday(" + from + "))"
}

// scan adds a row.
func (l *live) scan(rows *sql.Rows) error {
	var kind int
	var version sql.NullString
	var a, b, c, d *globalid.ID
	var n, m, k int64
	if err := rows.Scan(&kind, &version, &a, &b, &c, &d, &n, &m, &k); err != nil {
		return err
	}
	switch kind {
	case versionRow:
		l.version = version.String
	case stockRowKind:
		l.stocks = append(l.stocks, stockRow{*a, *b, *c, n})
	case buyerRow:
		l.holds[*a].placed, l.holds[*a].paced = m, time.UnixMicro(k)
	case unpaidRow:
		l.holds[*a].add(*b, *c)
		if m != 0 {
			l.holds[*a].units[*d] += n
			l.holds[*a].reserved[*d] += n * k
		}
	case expiredRow:
		l.holds[*a].expire(*b, *c)
	}
	return nil
}
