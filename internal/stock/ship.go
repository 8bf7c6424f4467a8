package stock

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Units are units that an order item holds at a warehouse.
type Units struct {
	Item, Warehouse globalid.ID
	Quantity        int64
	AfterSale       globalid.ID // held by that request, to be sent in place of the item; or zero
}

// Ship consumes units: they were handed over to a courier. The caller holds the lock of the item's
// order and, with several items, goes by sku. Fault: CONFLICT when the item holds
// fewer there; then the transaction must end.
func Ship(ctx context.Context, tx *store.Tx, actor event.Actor, u Units) error {
	parts, err := held(ctx, tx, u)
	if err != nil {
		return err
	}
	_, err = leave(tx, actor, parts, departure{vocab.ConsumeStock, vocab.StockShipped})
	return err
}

// Unship takes back that units were handed over: they are at the warehouse again, and held there
// for the item. The caller holds the lock of the item's order and, with several items, goes by sku.
// Fault: CONFLICT when fewer of the item left there; then the transaction must end.
func Unship(ctx context.Context, tx *store.Tx, actor event.Actor, u Units) error {
	parts, err := holds(ctx, tx, u, vocab.Consumed)
	if err != nil {
		return err
	}
	if err := transition(parts, vocab.RestoreStock); err != nil {
		return err
	}
	for _, r := range parts {
		movement := recordOf(tx, actor, r, vocab.StockUnshipped)
		movement.OnHandDelta, movement.ReservedDelta = r.Quantity, r.Quantity
		err := tx.Stock.Update().Where(entstock.ID(r.StockID)).
			AddOnHand(r.Quantity).AddReserved(r.Quantity).Exec(ctx)
		if err != nil {
			return fmt.Errorf("stock: unship: %w", err)
		}
	}
	return nil
}

// WriteDown takes units out of the stock: somebody looked for them and they are not there. The hold
// on them is over. The caller holds the lock of the item's order and, with several items, goes by
// sku. Fault: CONFLICT when the item holds fewer there; then the transaction must end.
func WriteDown(ctx context.Context, tx *store.Tx, actor event.Actor, u Units) error {
	parts, err := held(ctx, tx, u)
	if err != nil {
		return err
	}
	_, err = leave(tx, actor, parts, departure{vocab.ReleaseStock, vocab.StockLacking})
	return err
}

// Move gives units back at their warehouse and reserves as many at another. The caller holds the
// lock of the item's order. Faults: CONFLICT when the item holds fewer there, OUT_OF_STOCK when the
// other has too little; then the transaction must end.
func Move(
	ctx context.Context, tx *store.Tx, actor event.Actor, u Units, to globalid.ID,
) error {
	parts, err := held(ctx, tx, u)
	if err != nil || len(parts) == 0 || u.Warehouse == to {
		return err
	}
	source, err := tx.Stock.Get(ctx, parts[0].StockID)
	if err != nil {
		return err
	}
	need := SkuNeed{Order: parts[0].OrderID, Item: u.Item, Sku: source.SkuID, Warehouse: to,
		Quantity: u.Quantity}
	release := func() error { return Release(tx, actor, parts) }
	reserve := func() error { return ReserveSku(ctx, tx, actor, need) }
	// The rows are of one sku; the one of the lower warehouse is locked first.
	steps := []func() error{release, reserve}
	if to.Compare(u.Warehouse) < 0 {
		steps = []func() error{reserve, release}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Assign gives the hold on units to another item of the same order and sku: the line was split.
// Nothing moves in the ledger. The caller holds the lock of the order. Fault: CONFLICT when the
// item holds fewer there.
func Assign(ctx context.Context, tx *store.Tx, u Units, to globalid.ID) error {
	parts, err := held(ctx, tx, u)
	for _, r := range parts {
		r.ItemID = to
	}
	return err
}

// forOrder leaves out what requests hold to send something again in place of an item.
var forOrder = reservation.AfterSaleIDIsNil()

// held is holds of what is still there.
func held(ctx context.Context, tx *store.Tx, u Units) ([]*ent.Reservation, error) {
	return holds(ctx, tx, u, vocab.Holding)
}

// holds picks reservations in one of the statuses that sum to the units, cutting the last one. What
// waits to be sent by a transfer is not picked.
func holds(
	ctx context.Context, tx *store.Tx, u Units, in vocab.Group[vocab.ReservationStatus],
) ([]*ent.Reservation, error) {
	if u.Quantity < 0 {
		return nil, fmt.Errorf("stock: %d units of item %s", u.Quantity, u.Item)
	}
	purpose := forOrder
	if !u.AfterSale.IsZero() {
		purpose = reservation.AfterSaleID(u.AfterSale)
	}
	rows, err := tx.Reservation.Query().Where(
		reservation.ItemID(u.Item), reservation.StatusIn(in...),
		reservation.TransferIDIsNil(), purpose,
		func(s *sql.Selector) {
			rows := sql.Table(entstock.Table)
			// By the row: SQLite would read a list of all that the warehouse has.
			s.Where(sql.Exists(sql.Select(rows.C(entstock.FieldID)).From(rows).Where(sql.And(
				sql.ColumnsEQ(rows.C(entstock.FieldID), s.C(reservation.FieldStockID)),
				sql.EQ(rows.C(entstock.FieldWarehouseID), u.Warehouse)))))
		},
	).Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	parts, rest := pick(tx, rows, u.Quantity)
	if rest > 0 {
		return nil, fault.New(fault.Conflict, "The warehouse holds %d units for this item, %d "+
			"are needed.", u.Quantity-rest, u.Quantity)
	}
	return parts, nil
}

// pick takes reservations in turn until they sum to units, and says how many units are missing.
func pick(
	tx *store.Tx, rows []*ent.Reservation, units int64,
) (parts []*ent.Reservation, rest int64) {
	for _, r := range store.TrackAll(tx, rows) {
		if units == 0 {
			break
		}
		if r.Quantity > units {
			r = cut(tx, r, units)
		}
		units -= r.Quantity
		parts = append(parts, r)
	}
	return parts, units
}

// cut splits a reservation and returns the part with that many units. It names every column; a test
// holds it to that.
func cut(tx *store.Tx, r *ent.Reservation, units int64) *ent.Reservation {
	part := &ent.Reservation{
		ID: globalid.New(globalid.Reservation), CreatedAt: tx.Now,
		// Copied.
		OrderID: r.OrderID, ItemID: r.ItemID, StockID: r.StockID, ShopID: r.ShopID, Status: r.Status,
		TransferID: r.TransferID, AfterSaleID: r.AfterSaleID,
		// Divided.
		Quantity: units,
	}
	r.Quantity -= units
	tx.Insert(part)
	return part
}

// departure is how units leave a warehouse: by a row of the reservation table and for a cause in
// the ledger.
type departure struct {
	action vocab.ReservationAction
	cause  vocab.MovementCause
}

// leave takes reservations out of their warehouses: on_hand and reserved fall. It returns the
// movement of each.
func leave(
	tx *store.Tx, actor event.Actor, parts []*ent.Reservation, d departure,
) ([]*ent.StockMovement, error) {
	if err := transition(parts, d.action); err != nil {
		return nil, err
	}
	ledger := make([]*ent.StockMovement, len(parts))
	for i, r := range parts {
		ledger[i] = recordOf(tx, actor, r, d.cause)
		ledger[i].OnHandDelta, ledger[i].ReservedDelta = -r.Quantity, -r.Quantity
		tx.Add(leaving, r.StockID, -r.Quantity)
	}
	return ledger, nil
}
