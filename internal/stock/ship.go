package stock

import (
	"context"
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/predicate"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Ship consumes units that an item holds at a warehouse: they were handed over to a courier. The
// caller holds the lock of the item's order and, with several items, goes by (sku, warehouse).
// Fault: CONFLICT when the item holds fewer there; then the transaction must end.
func Ship(
	ctx context.Context, tx *store.Tx, actor event.Actor, item, warehouse globalid.ID, units int64,
) error {
	parts, err := holds(ctx, tx, item, warehouse, units, forOrder)
	if err != nil {
		return err
	}
	return ship(ctx, tx, actor, parts)
}

func ship(
	ctx context.Context, tx *store.Tx, actor event.Actor, parts []*ent.Reservation,
) error {
	return leave(ctx, tx, parts, vocab.ConsumeStock,
		func(r *ent.Reservation, row *ent.Stock) *ent.StockMovementCreate {
			return movement(tx, actor, row.ID, row.ShopID, vocab.StockShipped).
				SetReservationID(r.ID)
		})
}

// Move gives back units that an item holds at one warehouse and reserves as many at another. The
// caller holds the lock of the item's order. Faults: CONFLICT when the item holds fewer there,
// OUT_OF_STOCK when the other has too little; then the transaction must end.
func Move(
	ctx context.Context, tx *store.Tx, actor event.Actor, item, from, to globalid.ID, units int64,
) error {
	parts, err := holds(ctx, tx, item, from, units, forOrder)
	if err != nil || len(parts) == 0 || from == to {
		return err
	}
	source, err := tx.Stock.Get(ctx, parts[0].StockID)
	if err != nil {
		return err
	}
	lacks := fault.New(fault.OutOfStock, "The other warehouse does not have %d of this sku.", units)
	target, err := tx.Stock.Query().
		Where(entstock.SkuID(source.SkuID), entstock.WarehouseID(to)).Only(ctx)
	if ent.IsNotFound(err) {
		return lacks
	}
	if err != nil {
		return err
	}
	need := Need{Order: parts[0].OrderID, Item: item, Stock: target.ID, Quantity: units}
	release := func() error { return Release(ctx, tx, actor, parts) }
	reserve := func() error {
		err := Reserve(ctx, tx, actor, []Need{need})
		var short *Short
		if errors.As(err, &short) {
			return lacks
		}
		return err
	}
	// The rows are of one sku; the one of the lower warehouse is locked first.
	steps := []func() error{release, reserve}
	if to.Compare(from) < 0 {
		steps = []func() error{reserve, release}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Assign lets another item of the same order and sku hold units that an item holds at a warehouse:
// the line was split. Nothing moves in the ledger. The caller holds the lock of the order. Fault:
// CONFLICT when the item holds fewer there.
func Assign(
	ctx context.Context, tx *store.Tx, item, warehouse, to globalid.ID, units int64,
) error {
	parts, err := holds(ctx, tx, item, warehouse, units, forOrder)
	if err != nil || len(parts) == 0 {
		return err
	}
	return change(ctx, parts, tx.Reservation.Update().SetItemID(to))
}

// forOrder leaves out what requests hold to send something again in place of an item.
var forOrder = reservation.AfterSaleIDIsNil()

// holds picks HELD reservations of an item at a warehouse that sum to units, cutting the last one.
// What waits to be sent by a transfer is not picked.
func holds(
	ctx context.Context, tx *store.Tx, item, warehouse globalid.ID, units int64,
	purpose predicate.Reservation,
) ([]*ent.Reservation, error) {
	if units < 0 {
		return nil, fmt.Errorf("stock: %d units of item %s", units, item)
	}
	rows, err := tx.Reservation.Query().Where(
		reservation.ItemID(item), reservation.StatusEQ(vocab.ReservationHeld),
		reservation.TransferIDIsNil(), purpose,
		func(s *sql.Selector) {
			rows := sql.Table(entstock.Table)
			// By the row: SQLite would read a list of all that the warehouse has.
			s.Where(sql.Exists(sql.Select(rows.C(entstock.FieldID)).From(rows).Where(sql.And(
				sql.ColumnsEQ(rows.C(entstock.FieldID), s.C(reservation.FieldStockID)),
				sql.EQ(rows.C(entstock.FieldWarehouseID), warehouse)))))
		},
	).Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	parts, rest, err := pick(ctx, tx, rows, units)
	if err == nil && rest > 0 {
		err = fault.New(fault.Conflict,
			"The warehouse holds %d units for this item, %d are needed.", units-rest, units)
	}
	return parts, err
}

// pick takes reservations in turn until they sum to units, and tells how many units are missing.
func pick(
	ctx context.Context, tx *store.Tx, rows []*ent.Reservation, units int64,
) (parts []*ent.Reservation, rest int64, err error) {
	for _, r := range rows {
		if units == 0 {
			break
		}
		if r.Quantity > units {
			if r, err = cut(ctx, tx, r, units); err != nil {
				return nil, 0, err
			}
		}
		units -= r.Quantity
		parts = append(parts, r)
	}
	return parts, units, nil
}

// cut splits a reservation and returns the part with that many units.
func cut(
	ctx context.Context, tx *store.Tx, r *ent.Reservation, units int64,
) (*ent.Reservation, error) {
	err := change(ctx, []*ent.Reservation{r},
		tx.Reservation.Update().Where(reservation.Quantity(r.Quantity)).AddQuantity(-units))
	if err != nil {
		return nil, err
	}
	return tx.Reservation.Create().SetID(globalid.New(globalid.Reservation)).
		SetOrderID(r.OrderID).SetItemID(r.ItemID).SetStockID(r.StockID).SetQuantity(units).
		SetStatus(r.Status).SetNillableTransferID(r.TransferID).
		SetNillableAfterSaleID(r.AfterSaleID).SetCreatedAt(tx.Now).Save(ctx)
}

// change updates reservations that are all still in the status they were read in.
func change(
	ctx context.Context, rows []*ent.Reservation, update *ent.ReservationUpdate,
) error {
	ids := idsOf(rows)
	n, err := update.Where(reservation.IDIn(ids...), reservation.StatusEQ(rows[0].Status)).
		Save(ctx)
	if err != nil {
		return fmt.Errorf("stock: %w", err)
	}
	if n != len(ids) {
		return fault.New(fault.Conflict, "The stock of this order was changed meanwhile.")
	}
	return nil
}

// leave takes HELD reservations out of their warehouses: on_hand and reserved fall, and note starts
// the movement of each.
func leave(
	ctx context.Context, tx *store.Tx, parts []*ent.Reservation, action vocab.ReservationAction,
	note func(r *ent.Reservation, row *ent.Stock) *ent.StockMovementCreate,
) error {
	if len(parts) == 0 {
		return nil
	}
	next, err := lifecycle.Reservation.Next(
		vocab.ReservationHeld, action, vocab.System, lifecycle.NoFacts{})
	if err != nil {
		return err
	}
	if err := change(ctx, parts, tx.Reservation.Update().SetStatus(next.To)); err != nil {
		return err
	}
	sums := map[globalid.ID]int64{}
	for _, r := range parts {
		sums[r.StockID] += r.Quantity
	}
	rows, err := load(ctx, tx, sums)
	if err != nil {
		return err
	}
	byID := map[globalid.ID]*ent.Stock{}
	for _, row := range rows {
		byID[row.ID] = row
		sum := sums[row.ID]
		n, err := tx.Stock.Update().Where(entstock.ID(row.ID), entstock.ReservedGTE(sum)).
			AddOnHand(-sum).AddReserved(-sum).Save(ctx)
		if err != nil {
			return fmt.Errorf("stock: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("stock: row %s has less than %d reserved", row.ID, sum)
		}
	}
	ledger := make([]*ent.StockMovementCreate, len(parts))
	for i, r := range parts {
		ledger[i] = note(r, byID[r.StockID]).
			SetOnHandDelta(-r.Quantity).SetReservedDelta(-r.Quantity)
	}
	return record(ctx, tx, ledger)
}
