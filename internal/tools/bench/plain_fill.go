package bench

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"

	"orderflow/internal/vocab"
)

// makeOrders makes the orders of a filling as place and pay do, but many rows with one statement.
func (p *plain) makeOrders(
	ctx context.Context, f *filling, progress func(done, all int),
) error {
	address, err := addressJSON()
	if err != nil {
		return err
	}
	all := len(f.copies) + len(f.baskets)
	now, batch := time.Now(), newInserts(p.db)
	for i := range all {
		b := f.baskets[max(i-len(f.copies), 0)] // the templates are the newest
		at := now
		if i < len(f.copies) {
			b = f.baskets[f.copies[i]]
			b.buyer = f.buyerOf(i)
			at = now.Add(-fillSpan / time.Duration(all) * time.Duration(all-i))
		}
		batch.addPlain(int64(i)+1, b, address, at.UnixMicro())
		if i+1 < all && (i+1)%fillBatch != 0 {
			continue
		}
		err := p.inTx(ctx, func(tx *sql.Tx) error { return batch.write(ctx, tx) })
		if err != nil {
			return fmt.Errorf("plain: make orders: %w", err)
		}
		progress(i+1, all)
	}
	return p.inTx(ctx, func(tx *sql.Tx) error {
		for sku, sold := range f.skusOf() {
			_, err := tx.ExecContext(ctx, "UPDATE skus SET stock = stock - ? WHERE id = ?", sold, sku)
			if err != nil {
				return fmt.Errorf("plain: make orders: %w", err)
			}
		}
		return nil
	})
}

// addPlain adds the rows of a paid order.
func (b *inserts) addPlain(id int64, of basket, address []byte, at int64) {
	number := rand.Text()[:16]
	b.add("orders", "id, number, buyer, status, payable, address, sequence, created_at, paid_at",
		id, number, of.buyer, vocab.AwaitingShipment, payable, address, 2, at, at)
	b.add("payments", "order_id, transaction_id, amount, paid_at",
		id, "txn_"+rand.Text(), payable, at)
	for i, sku := range of.skus {
		position, shop := i+1, sku%fillShops
		b.add("sub_orders", "order_id, position, shop, number, status, payable", id, position, shop,
			fmt.Sprintf("%s-%d", number, position), vocab.AwaitingShipment, price+freight)
		b.add("items", "order_id, position, sub, shop, sku, code, title, quantity, unit_price, "+
			"payable", id, position, position, shop, sku, skuCode(sku), skuCode(sku), 1, price, price)
	}
	for i, event := range []struct{ name, facts string }{
		{vocab.EventOrderPlaced, `{"to":"PENDING_PAYMENT"}`},
		{vocab.EventOrderPaid, `{"to":"AWAITING_SHIPMENT"}`},
	} {
		b.add("events", "order_id, sequence, type, facts, created_at",
			id, i+1, event.name, event.facts, at)
	}
}
