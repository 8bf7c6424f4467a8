package bench

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/vocab"
)

// makeParcelTables makes what shipping needs besides the tables of orders.
func (p *plain) makeParcelTables(ctx context.Context) error {
	key := "BIGINT AUTO_INCREMENT PRIMARY KEY"
	if p.db.Dialect == dialect.SQLite {
		key = "INTEGER PRIMARY KEY"
	}
	for _, table := range []string{
		"CREATE TABLE parcels (id " + key + ", order_id BIGINT NOT NULL, sub INT NOT NULL, " +
			"number VARCHAR(40) NOT NULL UNIQUE, stage VARCHAR(24) NOT NULL, " +
			"carrier VARCHAR(32) NOT NULL, tracking_number VARCHAR(64) NOT NULL, " +
			"created_at BIGINT NOT NULL)",
		"CREATE INDEX parcels_of_order ON parcels (order_id)",
		"CREATE TABLE parcel_items (parcel BIGINT NOT NULL, position INT NOT NULL, " +
			"quantity BIGINT NOT NULL, PRIMARY KEY (parcel, position))",
	} {
		if _, err := p.db.SQL().ExecContext(ctx, table); err != nil {
			return fmt.Errorf("plain: parcels: %w", err)
		}
	}
	return nil
}

// ship hands over a parcel of all that the first shop of an order sends, in one transaction.
func (p *plain) ship(ctx context.Context, order int64) error {
	number, now := rand.Text()[:16], time.Now().UnixMicro()
	err := p.inTx(ctx, func(tx *sql.Tx) error {
		changed, err := tx.ExecContext(ctx, "UPDATE sub_orders SET status = ? "+
			"WHERE order_id = ? AND position = 1 AND status = ?",
			vocab.Shipped, order, vocab.AwaitingShipment)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); err != nil || n != 1 {
			return errors.Join(errors.New("the part does not wait for shipment"), err)
		}
		made, err := tx.ExecContext(ctx, "INSERT INTO parcels (order_id, sub, number, stage, "+
			"carrier, tracking_number, created_at) VALUES (?, 1, ?, ?, ?, ?, ?)",
			order, number, vocab.StageHandedOver, carrier, "T"+number, now)
		if err != nil {
			return err
		}
		parcel, err := made.LastInsertId()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO parcel_items (parcel, position, quantity) "+
			"SELECT ?, position, quantity FROM items WHERE order_id = ? AND sub = 1", parcel, order)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE orders SET status = CASE WHEN EXISTS (SELECT 1 "+
			"FROM sub_orders s WHERE s.order_id = orders.id AND s.status = ?) THEN ? ELSE ? END "+
			"WHERE id = ?", vocab.AwaitingShipment, vocab.PartiallyShipped, vocab.Shipped, order)
		if err != nil {
			return err
		}
		return p.insertEvent(ctx, tx, order, vocab.EventSubOrderShipped, `{"to":"SHIPPED"}`, now)
	})
	if err != nil {
		return fmt.Errorf("plain: ship: %w", err)
	}
	return nil
}

// checkMix counts what a mix leaves: orders in all, and those of which a parcel was handed over.
func (p *plain) checkMix(ctx context.Context, orders, shipped int) error {
	var all, paid, partial, subs, parcels, items int
	err := p.db.SQL().QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM orders),
		(SELECT COUNT(*) FROM payments),
		(SELECT COUNT(*) FROM orders WHERE status = 'PARTIALLY_SHIPPED'),
		(SELECT COUNT(*) FROM sub_orders WHERE status = 'SHIPPED'),
		(SELECT COUNT(*) FROM parcels), (SELECT COUNT(*) FROM parcel_items)`).
		Scan(&all, &paid, &partial, &subs, &parcels, &items)
	if err != nil {
		return err
	}
	if all != orders || paid != orders || partial != shipped || subs != shipped ||
		parcels != shipped || items != shipped {
		return fmt.Errorf("plain: of %d orders %d are there, %d paid; of %d parcels %d, with %d "+
			"items, of %d sub-orders and %d orders", orders, all, paid, shipped, parcels, items,
			subs, partial)
	}
	return nil
}
