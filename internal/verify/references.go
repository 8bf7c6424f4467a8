package verify

import (
	"context"

	"orderflow/internal/globalid"
)

// reference is a column that names a row of another table.
type reference struct {
	table, column, to string
	orNone            bool // sixteen zero bytes name nothing
}

// references lists every column that holds an id. Rows are found by their own id, feed entries by
// their position.
var references = []reference{
	{table: "address_changes", column: "order_id", to: "orders"},
	{table: "address_changes", column: "shop_id", to: "shops"},
	{table: "benefit_uses", column: "benefit_id", to: "member_benefits"},
	{table: "benefit_uses", column: "buyer_id", to: "buyers"},
	{table: "benefit_uses", column: "order_id", to: "orders"},
	{table: "coupons", column: "promotion_id", to: "promotions"},
	{table: "coupons", column: "buyer_id", to: "buyers"},
	{table: "coupons", column: "order_id", to: "orders"},
	{table: "events", column: "order_id", to: "orders"},
	{table: "events", column: "shop_id", to: "shops"},
	{table: "feed_entries", column: "event_id", to: "events"},
	{table: "feed_entries", column: "order_id", to: "orders"},
	{table: "feed_entries", column: "shop_id", to: "shops"},
	{table: "freight_templates", column: "shop_id", to: "shops"},
	{table: "memos", column: "order_id", to: "orders"},
	{table: "memos", column: "shop_id", to: "shops"},
	{table: "memos", column: "author_id", to: "staffs"},
	{table: "orders", column: "buyer_id", to: "buyers"},
	{table: "orders", column: "sole_shop_id", to: "shops"},
	{table: "order_items", column: "order_id", to: "orders"},
	{table: "order_items", column: "sub_order_id", to: "sub_orders"},
	{table: "order_items", column: "shop_id", to: "shops"},
	{table: "order_items", column: "product_id", to: "products"},
	{table: "order_items", column: "sku_id", to: "skus"},
	{table: "order_items", column: "gift_of_id", to: "order_items"},
	{table: "payments", column: "order_id", to: "orders"},
	{table: "payments", column: "attempt_id", to: "payments"},
	{table: "products", column: "shop_id", to: "shops"},
	{table: "promotions", column: "shop_id", to: "shops"},
	{table: "quota", column: "promotion_id", to: "promotions"},
	{table: "quota", column: "buyer_id", to: "buyers", orNone: true},
	{table: "quota_uses", column: "promotion_id", to: "promotions"},
	{table: "quota_uses", column: "buyer_id", to: "buyers"},
	{table: "quota_uses", column: "order_id", to: "orders"},
	{table: "refunds", column: "order_id", to: "orders"},
	{table: "refunds", column: "payment_id", to: "payments"},
	{table: "refunds", column: "sub_order_id", to: "sub_orders"},
	{table: "refunds", column: "shop_id", to: "shops"},
	{table: "refunds", column: "replaces_id", to: "refunds"},
	{table: "refund_lines", column: "refund_id", to: "refunds"},
	{table: "refund_lines", column: "item_id", to: "order_items"},
	{table: "refund_lines", column: "sub_order_id", to: "sub_orders"},
	{table: "reservations", column: "order_id", to: "orders"},
	{table: "reservations", column: "item_id", to: "order_items"},
	{table: "reservations", column: "stock_id", to: "stocks"},
	{table: "reservations", column: "transfer_id", to: "stock_transfers"},
	{table: "reviews", column: "item_id", to: "order_items"},
	{table: "reviews", column: "order_id", to: "orders"},
	{table: "reviews", column: "sub_order_id", to: "sub_orders"},
	{table: "reviews", column: "shop_id", to: "shops"},
	{table: "reviews", column: "product_id", to: "products"},
	{table: "reviews", column: "sku_id", to: "skus"},
	{table: "reviews", column: "buyer_id", to: "buyers"},
	{table: "shipments", column: "order_id", to: "orders"},
	{table: "shipments", column: "shop_id", to: "shops"},
	{table: "shipments", column: "warehouse_id", to: "warehouses"},
	{table: "shipment_items", column: "shipment_id", to: "shipments"},
	{table: "shipment_items", column: "item_id", to: "order_items"},
	{table: "shipment_items", column: "sub_order_id", to: "sub_orders"},
	{table: "skus", column: "shop_id", to: "shops"},
	{table: "skus", column: "product_id", to: "products"},
	{table: "stocks", column: "sku_id", to: "skus"},
	{table: "stocks", column: "warehouse_id", to: "warehouses"},
	{table: "stocks", column: "shop_id", to: "shops"},
	{table: "stock_movements", column: "stock_id", to: "stocks"},
	{table: "stock_movements", column: "shop_id", to: "shops"},
	{table: "stock_movements", column: "reservation_id", to: "reservations"},
	{table: "stock_movements", column: "transfer_id", to: "stock_transfers"},
	{table: "stock_transfers", column: "shop_id", to: "shops"},
	{table: "stock_transfers", column: "sku_id", to: "skus"},
	{table: "stock_transfers", column: "from_warehouse_id", to: "warehouses"},
	{table: "stock_transfers", column: "to_warehouse_id", to: "warehouses"},
	{table: "stock_transfers", column: "order_id", to: "orders"},
	{table: "stock_transfers", column: "item_id", to: "order_items"},
	{table: "sub_orders", column: "order_id", to: "orders"},
	{table: "sub_orders", column: "buyer_id", to: "buyers"},
	{table: "sub_orders", column: "shop_id", to: "shops"},
	{table: "sub_orders", column: "warehouse_id", to: "warehouses"},
	{table: "tracking_events", column: "shipment_id", to: "shipments"},
}

// references looks for the row that each reference names. The database counts both sides; only a
// difference is looked into.
func (r *run) references(ctx context.Context) error {
	c := r.check(8, "references.exist", "every reference names a row that exists")
	for _, ref := range references {
		from := " FROM " + ref.table + " c LEFT JOIN " + ref.to + " p ON p.id = c." + ref.column +
			" WHERE c." + ref.column + " IS NOT NULL"
		if ref.orNone {
			from += " AND c." + ref.column + " <> x'00000000000000000000000000000000'"
		}
		var held, found int64
		err := r.conn.QueryRowContext(ctx, "SELECT COUNT(*), COUNT(p.id)"+from).Scan(&held, &found)
		if err != nil {
			return err
		}
		c.Rows += held
		r.progress("references", int(c.Rows))
		if held == found {
			continue
		}
		if err := r.orphans(ctx, c, ref, from); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) orphans(ctx context.Context, c *Check, ref reference, from string) error {
	key := "c.id"
	if ref.table == "feed_entries" {
		key = "c.event_id"
	}
	return r.each(ctx, "SELECT "+key+", c."+ref.column+from+" AND p.id IS NULL", nil,
		func(scan func(...any) error) error {
			var id, names globalid.ID
			if err := scan(&id, &names); err != nil {
				return err
			}
			c.fail(id, "%s.%s names %s, which is not in %s", ref.table, ref.column, names, ref.to)
			return nil
		})
}
