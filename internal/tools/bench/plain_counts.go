package bench

import (
	"context"
	"database/sql"
	"fmt"

	"orderflow/internal/vocab"
)

// makeCountsIndex makes the index that a program that counts has.
func (p *plain) makeCountsIndex(ctx context.Context) error {
	_, err := p.db.SQL().ExecContext(ctx,
		"CREATE INDEX sub_orders_of_status ON sub_orders (shop, status)")
	if err != nil {
		return fmt.Errorf("plain: %w", err)
	}
	return analyze(ctx, p.db) // or a list may be read by it
}

// counts counts a shop's sub-orders by what they wait for. There are no reviews, and no requests.
func (p *plain) counts(ctx context.Context, shop int) (c orderCounts, err error) {
	err = each(ctx, p.db.ReadSQL(), "SELECT status, COUNT(*) FROM sub_orders WHERE shop = ? "+
		"GROUP BY status", []any{shop}, func(rows *sql.Rows) error {
		var status vocab.TradeStatus
		var n int
		if err := rows.Scan(&status, &n); err != nil {
			return err
		}
		switch status {
		case vocab.PendingPayment:
			c.PendingPayment += n
		case vocab.AwaitingShipment:
			c.ToShip += n
		case vocab.Shipped:
			c.ToReceive += n
		}
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("plain: counts: %w", err)
	}
	return c, nil
}
