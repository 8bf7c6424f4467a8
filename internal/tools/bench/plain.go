package bench

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// plain is a hand-written program for the same work, with tables that hold only what the work
// needs: SQL through database/sql, no rules, no roles, no history of stock.
type plain struct {
	db *store.DB
}

// plainTables are for both dialects; KEY stands for an id that the database assigns. Times are
// microseconds since 1970.
var plainTables = []string{
	`CREATE TABLE skus (id BIGINT PRIMARY KEY, shop BIGINT NOT NULL, code VARCHAR(32) NOT NULL,
		title VARCHAR(100) NOT NULL, price BIGINT NOT NULL, stock BIGINT NOT NULL)`,
	`CREATE TABLE orders (id KEY, number VARCHAR(32) NOT NULL UNIQUE, buyer BIGINT NOT NULL,
		status VARCHAR(24) NOT NULL, payable BIGINT NOT NULL, address TEXT NOT NULL,
		sequence BIGINT NOT NULL, created_at BIGINT NOT NULL, paid_at BIGINT NULL)`,
	`CREATE INDEX orders_of_buyer ON orders (buyer, id)`,
	`CREATE TABLE sub_orders (order_id BIGINT NOT NULL, position INT NOT NULL,
		shop BIGINT NOT NULL, number VARCHAR(34) NOT NULL, status VARCHAR(24) NOT NULL,
		payable BIGINT NOT NULL, PRIMARY KEY (order_id, position))`,
	`CREATE INDEX sub_orders_of_shop ON sub_orders (shop, order_id)`,
	`CREATE TABLE items (order_id BIGINT NOT NULL, position INT NOT NULL, sub INT NOT NULL,
		shop BIGINT NOT NULL, sku BIGINT NOT NULL, code VARCHAR(32) NOT NULL,
		title VARCHAR(100) NOT NULL, quantity BIGINT NOT NULL, unit_price BIGINT NOT NULL,
		payable BIGINT NOT NULL, PRIMARY KEY (order_id, position))`,
	`CREATE TABLE payments (id KEY, order_id BIGINT NOT NULL,
		transaction_id VARCHAR(64) NOT NULL UNIQUE, amount BIGINT NOT NULL, paid_at BIGINT NOT NULL)`,
	`CREATE INDEX payments_of_order ON payments (order_id)`,
	`CREATE TABLE refunds (id KEY, order_id BIGINT NOT NULL, sub INT NOT NULL,
		payment BIGINT NOT NULL, amount BIGINT NOT NULL, status VARCHAR(24) NOT NULL,
		created_at BIGINT NOT NULL, succeeded_at BIGINT NULL)`,
	`CREATE INDEX refunds_of_order ON refunds (order_id)`,
	`CREATE TABLE events (order_id BIGINT NOT NULL, sequence BIGINT NOT NULL,
		type VARCHAR(40) NOT NULL, facts TEXT NOT NULL, created_at BIGINT NOT NULL,
		PRIMARY KEY (order_id, sequence))`,
}

// newPlain makes the tables and n skus, which the shops share in turns.
func newPlain(ctx context.Context, db *store.DB, n, shops int) (*plain, error) {
	key := "BIGINT AUTO_INCREMENT PRIMARY KEY"
	if db.Dialect == dialect.SQLite {
		key = "INTEGER PRIMARY KEY"
	}
	for _, table := range plainTables {
		table = strings.ReplaceAll(table, "id KEY", "id "+key)
		if _, err := db.SQL().ExecContext(ctx, table); err != nil {
			return nil, err
		}
	}
	p := &plain{db: db}
	return p, p.inTx(ctx, func(tx *sql.Tx) error {
		for i := range n {
			_, err := tx.ExecContext(ctx, "INSERT INTO skus (id, shop, code, title, price, stock) "+
				"VALUES (?, ?, ?, ?, ?, ?)", i, i%shops, skuCode(i), skuCode(i), price, initialStock)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *plain) inTx(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := p.db.SQL().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// buy places an order and pays it, each in one transaction.
func (p *plain) buy(ctx context.Context, b basket) error {
	_, err := p.order(ctx, b)
	return err
}

// order is buy that returns the id of the order.
func (p *plain) order(ctx context.Context, b basket) (id int64, err error) {
	if id, err = p.place(ctx, b); err != nil {
		return 0, fmt.Errorf("plain: place: %w", err)
	}
	if err := p.pay(ctx, id); err != nil {
		return 0, fmt.Errorf("plain: pay: %w", err)
	}
	return id, nil
}

func (p *plain) place(ctx context.Context, b basket) (order int64, err error) {
	address, err := addressJSON()
	if err != nil {
		return 0, err
	}
	number, now := rand.Text()[:16], time.Now().UnixMicro()
	return order, p.inTx(ctx, func(tx *sql.Tx) error {
		lines, err := takeStock(ctx, tx, b)
		if err != nil {
			return err
		}
		made, err := tx.ExecContext(ctx, "INSERT INTO orders (number, buyer, status, payable, "+
			"address, sequence, created_at) VALUES (?, ?, ?, ?, ?, 1, ?)",
			number, b.buyer, vocab.PendingPayment, payable, address, now)
		if err != nil {
			return err
		}
		if order, err = made.LastInsertId(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO sub_orders (order_id, position, shop, number, "+
			"status, payable) VALUES (?, 1, ?, ?, ?, ?), (?, 2, ?, ?, ?, ?)",
			order, lines[0].shop, number+"-1", vocab.PendingPayment, lines[0].price+freight,
			order, lines[1].shop, number+"-2", vocab.PendingPayment, lines[1].price+freight)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO items (order_id, position, sub, shop, sku, code, "+
			"title, quantity, unit_price, payable) "+
			"VALUES (?, 1, 1, ?, ?, ?, ?, 1, ?, ?), (?, 2, 2, ?, ?, ?, ?, 1, ?, ?)",
			order, lines[0].shop, b.skus[0], lines[0].code, lines[0].title, lines[0].price,
			lines[0].price, order, lines[1].shop, b.skus[1], lines[1].code, lines[1].title,
			lines[1].price, lines[1].price)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO events (order_id, sequence, type, facts, "+
			"created_at) VALUES (?, 1, ?, ?, ?)", order, vocab.EventOrderPlaced,
			`{"to":"PENDING_PAYMENT"}`, now)
		return err
	})
}

// plainLine is a sku at the time of the sale.
type plainLine struct {
	shop, price int64
	code, title string
}

// takeStock reads both skus and takes a unit of each if there is one; always in the order of ids,
// so that two orders never deadlock.
func takeStock(ctx context.Context, tx *sql.Tx, b basket) (lines [2]plainLine, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, shop, code, title, price FROM skus "+
		"WHERE id IN (?, ?)", b.skus[0], b.skus[1])
	if err != nil {
		return lines, err
	}
	defer rows.Close()
	found, total := 0, int64(0)
	for ; rows.Next(); found++ {
		var id int
		var l plainLine
		if err := rows.Scan(&id, &l.shop, &l.code, &l.title, &l.price); err != nil {
			return lines, err
		}
		which := 0
		if id == b.skus[1] {
			which = 1
		}
		lines[which] = l
		total += l.price + freight
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return lines, err
	}
	if found != len(lines) || total != payable {
		return lines, fmt.Errorf("%d skus cost %d", found, total)
	}
	for _, sku := range []int{min(b.skus[0], b.skus[1]), max(b.skus[0], b.skus[1])} {
		changed, err := tx.ExecContext(ctx,
			"UPDATE skus SET stock = stock - 1 WHERE id = ? AND stock >= 1", sku)
		if err != nil {
			return lines, err
		}
		if n, err := changed.RowsAffected(); err != nil || n != 1 {
			return lines, errors.Join(errors.New("out of stock"), err)
		}
	}
	return lines, nil
}

func (p *plain) pay(ctx context.Context, order int64) error {
	now := time.Now().UnixMicro()
	return p.inTx(ctx, func(tx *sql.Tx) error {
		changed, err := tx.ExecContext(ctx, "UPDATE orders SET status = ?, paid_at = ?, "+
			"sequence = sequence + 1 WHERE id = ? AND status = ? AND payable = ?",
			vocab.AwaitingShipment, now, order, vocab.PendingPayment, payable)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); err != nil || n != 1 {
			return errors.Join(errors.New("the order does not wait for this payment"), err)
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO payments (order_id, transaction_id, amount, "+
			"paid_at) VALUES (?, ?, ?, ?)", order, "txn_"+rand.Text(), payable, now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE sub_orders SET status = ? WHERE order_id = ?",
			vocab.AwaitingShipment, order)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO events (order_id, sequence, type, facts, "+
			"created_at) SELECT id, sequence, ?, ?, ? FROM orders WHERE id = ?",
			vocab.EventOrderPaid, `{"to":"AWAITING_SHIPMENT"}`, now, order)
		return err
	})
}

// paid counts the orders that are complete in every table, given the number of orders with a
// refund.
func (p *plain) paid(ctx context.Context, refunded int) (n int, err error) {
	var orders, subs, items, payments, events, sold int
	err = p.db.SQL().QueryRowContext(ctx, `SELECT
		(SELECT COUNT(*) FROM orders WHERE status = 'AWAITING_SHIPMENT'),
		(SELECT COUNT(*) FROM sub_orders WHERE status = 'AWAITING_SHIPMENT'),
		(SELECT COUNT(*) FROM items), (SELECT COUNT(*) FROM payments),
		(SELECT COUNT(*) FROM events), (SELECT SUM(? - stock) FROM skus)`, initialStock).
		Scan(&orders, &subs, &items, &payments, &events, &sold)
	if err != nil {
		return 0, err
	}
	if subs != 2*orders-refunded || items != 2*orders || payments != orders ||
		events != 2*orders+2*refunded || sold != 2*orders-refunded {
		return 0, fmt.Errorf("plain: %d orders have %d sub-orders, %d items, %d payments, "+
			"%d events and %d units", orders, subs, items, payments, events, sold)
	}
	return orders, nil
}
