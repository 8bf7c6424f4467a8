package order

import (
	"context"
	"reflect"
	"slices"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	entorder "orderflow/ent/order"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// batchOfOrders are the orders of one transaction, whose parts are read for all of them at once.
type batchOfOrders struct {
	ids   []globalid.ID
	rows  map[globalid.ID]*ent.Order // the locked ones
	parts map[reflect.Type]parts
	terms map[policyOf]document.ShopPolicy
}

// parts are rows of one table by order. Each order takes its own once.
type parts map[globalid.ID][]any

// errHeld leaves a command out of a batch: another transaction holds its order.
var errHeld = fault.New(fault.Conflict, "Another transaction holds the order.")

// lock locks those of the orders that no other transaction holds, by id.
func (b *batchOfOrders) lock(ctx context.Context, tx *store.Tx) error {
	query := tx.Order.Query().Where(entorder.IDIn(b.ids...)).Order(ent.Asc(entorder.FieldID))
	if tx.Locks() {
		query.ForUpdate(sql.WithLockAction(sql.SkipLocked))
	}
	found, err := query.All(ctx)
	if err != nil {
		return err
	}
	b.ids = nil
	for _, row := range found {
		b.rows[row.ID] = row
		b.ids = append(b.ids, row.ID)
	}
	return nil
}

// Parts reads the rows of a table that belong to the order; read is given the client, and is for
// several orders because those of a batch are read together, once, for all of its commands. The
// rows are by id, whatever their order was: a database that is asked for a few orders' rows by id
// may read the whole table in that order.
func Parts[R any](
	ctx context.Context, l *Locked, keys func(R) (id, order globalid.ID),
	rowsOf func(ctx context.Context, client *ent.Client, orders []globalid.ID) ([]R, error),
) ([]R, error) {
	read := func(ctx context.Context, client *ent.Client, orders ...globalid.ID) ([]R, error) {
		rows, err := rowsOf(ctx, client, orders)
		slices.SortFunc(rows, func(a, b R) int {
			first, _ := keys(a)
			second, _ := keys(b)
			return first.Compare(second)
		})
		return rows, err
	}
	id := l.Order.ID
	if l.batch == nil {
		return read(ctx, l.client, id)
	}
	table := reflect.TypeFor[R]()
	known, some := l.batch.parts[table]
	if _, unread := known[id]; some && !unread { // it may have changed them since
		return read(ctx, l.client, id)
	}
	if !some {
		all, err := read(ctx, l.client, l.batch.ids...)
		if err != nil {
			return nil, err
		}
		known = parts{}
		for _, order := range l.batch.ids {
			known[order] = nil
		}
		for _, row := range all {
			_, order := keys(row)
			known[order] = append(known[order], row)
		}
		l.batch.parts[table] = known
	}
	own := make([]R, len(known[id]))
	for i, row := range known[id] {
		own[i] = row.(R)
	}
	delete(known, id)
	return own, nil
}
