package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"orderflow/internal/vocab"
)

// refund refunds what the first shop of an order has not sent: one transaction closes the
// sub-order, restores the stock and inserts the refund, another, after the channel, marks it
// succeeded.
func (p *plain) refund(ctx context.Context, order int64) error {
	now := time.Now().UnixMicro()
	var refund int64
	err := p.inTx(ctx, func(tx *sql.Tx) (err error) {
		changed, err := tx.ExecContext(ctx, "UPDATE sub_orders SET status = ? "+
			"WHERE order_id = ? AND position = 1 AND status = ?",
			vocab.Closed, order, vocab.AwaitingShipment)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); err != nil || n != 1 {
			return errors.Join(errors.New("the part does not wait for shipment"), err)
		}
		_, err = tx.ExecContext(ctx, "UPDATE skus SET stock = stock + 1 WHERE id = "+
			"(SELECT sku FROM items WHERE order_id = ? AND position = 1)", order)
		if err != nil {
			return err
		}
		made, err := tx.ExecContext(ctx, "INSERT INTO refunds (order_id, sub, payment, amount, "+
			"status, created_at) SELECT order_id, 1, id, ?, ?, ? FROM payments WHERE order_id = ?",
			price+freight, vocab.RefundRequested, now, order)
		if err != nil {
			return err
		}
		if refund, err = made.LastInsertId(); err != nil {
			return err
		}
		return p.insertEvent(ctx, tx, order, vocab.EventAfterSaleRequested, `{"to":"REFUNDING"}`, now)
	})
	if err != nil {
		return fmt.Errorf("plain: refund: %w", err)
	}
	err = p.inTx(ctx, func(tx *sql.Tx) error {
		now = time.Now().UnixMicro()
		changed, err := tx.ExecContext(ctx, "UPDATE refunds SET status = ?, succeeded_at = ? "+
			"WHERE id = ? AND status = ?", vocab.RefundSucceeded, now, refund,
			vocab.RefundRequested)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); err != nil || n != 1 {
			return errors.Join(errors.New("it does not wait for success"), err)
		}
		return p.insertEvent(ctx, tx, order, vocab.EventRefundSucceeded, `{"to":"SUCCEEDED"}`, now)
	})
	if err != nil {
		return fmt.Errorf("plain: refund: %w", err)
	}
	return nil
}

// insertEvent inserts the next event of an order.
func (p *plain) insertEvent(
	ctx context.Context, tx *sql.Tx, order int64, name, facts string, now int64,
) error {
	_, err := tx.ExecContext(ctx, "UPDATE orders SET sequence = sequence + 1 WHERE id = ?", order)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO events (order_id, sequence, type, facts, "+
		"created_at) SELECT id, sequence, ?, ?, ? FROM orders WHERE id = ?", name, facts, now, order)
	return err
}

// refunded counts the completed refunds.
func (p *plain) refunded(ctx context.Context) (n int, err error) {
	err = p.db.SQL().QueryRowContext(ctx, `SELECT COUNT(*) FROM refunds r
		JOIN sub_orders s ON s.order_id = r.order_id AND s.position = r.sub
		WHERE r.status = 'SUCCEEDED' AND r.amount = ? AND s.status = 'CLOSED'`,
		price+freight).Scan(&n)
	return n, err
}
