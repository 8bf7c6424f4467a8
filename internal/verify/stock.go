package verify

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/ent/stockmovement"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// ledger sums the movements of one stock row.
type ledger struct {
	StockID  globalid.ID `sql:"stock_id"`
	OnHand   int64       `sql:"on_hand"`
	Reserved int64       `sql:"reserved"`
	Rows     int64       `sql:"rows_read"`
}

// held sums the HELD reservations on one stock row.
type held struct {
	StockID  globalid.ID `sql:"stock_id"`
	Quantity int64       `sql:"quantity"`
	Rows     int64       `sql:"rows_read"`
}

// stock walks the stock rows by id and compares each with the sums of its movements and of the
// reservations on it.
func (r *run) stock(ctx context.Context) error {
	rowsAdd := r.check(1, "stock.rows",
		"0 ≤ reserved ≤ on_hand, and each stock row is the sum of its movements")
	heldAdd := r.check(1, "stock.reserved",
		"reserved is the sum of the HELD reservations on the row")
	all, err := r.size(ctx, "stocks")
	if err != nil {
		return err
	}
	var last globalid.ID
	for done := 0; ; {
		rows, err := r.client.Stock.Query().Where(entstock.IDGT(last)).
			Order(ent.Asc(entstock.FieldID)).Limit(batch).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]globalid.ID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		last = ids[len(ids)-1]
		ledgers, holds, err := r.sums(ctx, ids)
		if err != nil {
			return err
		}
		for _, row := range rows {
			l, h := ledgers[row.ID], holds[row.ID]
			rowsAdd.Rows += 1 + l.Rows
			heldAdd.Rows += 1 + h.Rows
			r.rows += 1 + l.Rows + h.Rows
			if row.Reserved < 0 || row.OnHand < row.Reserved {
				rowsAdd.fail(row.ID, "on_hand %d, reserved %d", row.OnHand, row.Reserved)
			}
			if row.OnHand != l.OnHand || row.Reserved != l.Reserved {
				rowsAdd.fail(row.ID, "on_hand %d, reserved %d; its movements sum to %d, %d",
					row.OnHand, row.Reserved, l.OnHand, l.Reserved)
			}
			if row.Reserved != h.Quantity {
				heldAdd.fail(row.ID, "reserved %d; HELD reservations sum to %d",
					row.Reserved, h.Quantity)
			}
		}
		done += len(rows)
		r.progress("stock", done, all)
	}
}

func (r *run) sums(
	ctx context.Context, ids []globalid.ID,
) (map[globalid.ID]ledger, map[globalid.ID]held, error) {
	var ledgers []ledger
	err := r.client.StockMovement.Query().Where(stockmovement.StockIDIn(ids...)).
		GroupBy(stockmovement.FieldStockID).Aggregate(
		ent.As(ent.Sum(stockmovement.FieldOnHandDelta), "on_hand"),
		ent.As(ent.Sum(stockmovement.FieldReservedDelta), "reserved"),
		ent.As(ent.Count(), "rows_read"),
	).Scan(ctx, &ledgers)
	if err != nil {
		return nil, nil, err
	}
	var holds []held
	err = r.client.Reservation.Query().Where(
		reservation.StockIDIn(ids...), reservation.StatusEQ(vocab.ReservationHeld),
	).GroupBy(reservation.FieldStockID).Aggregate(
		ent.As(ent.Sum(reservation.FieldQuantity), "quantity"),
		ent.As(ent.Count(), "rows_read"),
	).Scan(ctx, &holds)
	if err != nil {
		return nil, nil, err
	}
	byRow := make(map[globalid.ID]ledger, len(ledgers))
	for _, l := range ledgers {
		byRow[l.StockID] = l
	}
	heldBy := make(map[globalid.ID]held, len(holds))
	for _, h := range holds {
		heldBy[h.StockID] = h
	}
	return byRow, heldBy, nil
}
