package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Order 订单 is one checkout by one buyer. Its row is the lock of everything that belongs to it.
type Order struct{ base }

// Fields of the table.
func (Order) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.Order),
		text("number", 32),
		ref("buyer_id"),
		optionalRef("sole_shop_id"), // set when all sub-orders are of one shop
		enum("status", vocab.TradeStatus("")),
		optionalEnum("close_reason", vocab.CloseReason("")),
		currency(),
		text("merchant_account", 64),
		amount("payable"),
		regionKey("region"),
		sealed("address"),
		digest("phone_index", 16),
		timestamp("pay_due_at"),
		optionalTimestamp("paid_at"),
		optionalTimestamp("closed_at"),
		field.Int64("event_sequence").Default(0),
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (Order) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("buyer", Buyer.Type).Field("buyer_id").Unique().Required(),
		edge.To("sub_orders", SubOrder.Type),
		edge.To("items", OrderItem.Type),
		edge.To("payments", Payment.Type),
		edge.To("refunds", Refund.Type),
		edge.To("shipments", Shipment.Type),
		edge.To("after_sales", AfterSale.Type),
		edge.To("shortages", Shortage.Type),
		edge.To("address_changes", AddressChange.Type),
		edge.To("memos", Memo.Type),
		edge.To("events", Event.Type).Annotations(entgql.MapsTo("timeline")),
	}
}

// Indexes of the table.
func (Order) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("number").Unique(),      // a person names it
		index.Fields("buyer_id"),             // a buyer's list and counts
		index.Fields("status", "pay_due_at"), // the job expiry
		index.Fields("phone_index"),          // support's search by phone
	}
}

// Annotations of the table.
func (o Order) Annotations() []schema.Annotation {
	return append(o.base.Annotations(), entgql.RelayConnection())
}

// SubOrder 子订单 is what one shop sends from one warehouse in one logistics class.
type SubOrder struct{ base }

// Fields of the table.
func (SubOrder) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.SubOrder),
		text("number", 40),
		ref("order_id"),
		ref("buyer_id"),
		ref("shop_id"),
		field.Int32("policy_version"), // of its shop, when it was placed
		ref("warehouse_id"),
		enum("logistics_class", vocab.LogisticsClass("")),
		enum("status", vocab.TradeStatus("")),
		optionalEnum("close_reason", vocab.CloseReason("")),
		currency(),
		amount("list_amount"),
		amount("goods_payable"),
		amount("freight_list"),
		amount("freight"),
		amount("freight_refundable"),
		amount("freight_refunded"), // by refunds that succeeded
		field.JSON("freight_shares", []document.Share{}),
		field.Int64("weight_grams").Default(0),
		sealed("note"),    // with the order's id, as addresses are
		sealed("address"), // set when the buyer's address was changed for this shop
		optionalTimestamp("ship_due_at"),
		// On hold: nothing is handed over, and the clock to ship stands still since then.
		optionalTimestamp("held_at"),
		field.Bool("shop_hold").Default(false),
		field.Bool("platform_hold").Default(false),
		optionalTimestamp("address_due_at"), // the buyer's answer to an address that the shop proposed
		optionalTimestamp("reminded_at"),    // 催发货
		optionalTimestamp("shipped_at"),
		optionalTimestamp("receipt_due_at"),
		optionalTimestamp("trouble_due_at"),           // while a parcel in trouble holds the receipt up
		field.Bool("receipt_extended").Default(false), // by the buyer, once
		optionalTimestamp("received_at"),
		optionalTimestamp("complete_due_at"),
		optionalTimestamp("completed_at"),
		optionalTimestamp("review_remind_at"),
		field.Bool("awaiting_review").Default(false), // 待评价
		field.Int("open_requests").Default(0),        // after-sales that are open
		// The clock of the receipt stands still while a request is open.
		optionalTimestamp("paused_at"),
		field.Int64("paused_seconds").Default(0),
		optionalTimestamp("closed_at"),
		optionalTimestamp("next_due_at"), // the earliest of the deadlines that run
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (SubOrder) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("sub_orders").Field("order_id").Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.To("warehouse", Warehouse.Type).Field("warehouse_id").Unique().Required(),
		edge.To("items", OrderItem.Type),
		edge.To("holds", SubOrderHold.Type),
		edge.To("after_sales", AfterSale.Type),
		edge.To("refund_lines", RefundLine.Type).Annotations(entgql.Skip(entgql.SkipAll)),
		edge.To("shipment_items", ShipmentItem.Type),
	}
}

// Indexes of the table.
func (SubOrder) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id"), // its order's parts
		// A shop's counts, and its list by status.
		index.Fields("shop_id", "status", "awaiting_review"),
		index.Fields("shop_id", "order_id"), // a shop's list of orders, newest first
		index.Fields("buyer_id", "status"),  // a buyer's list
		index.Fields("next_due_at"),         // the job deadlines
	}
}

// Annotations of the table.
func (s SubOrder) Annotations() []schema.Annotation {
	return append(s.base.Annotations(), entgql.RelayConnection())
}

// OrderItem 订单项 is a line: one sku in one sub-order, frozen as it was sold.
type OrderItem struct{ base }

// Fields of the table.
func (OrderItem) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.OrderItem),
		ref("order_id"),
		ref("sub_order_id"),
		ref("buyer_id"),
		ref("shop_id"),
		ref("product_id"),
		ref("sku_id"),
		text("sku_code", 64),
		text("title", 600),
		optionalText("image_url", 500),
		field.Int64("weight_grams").Default(0), // of one unit
		enum("deduction_mode", vocab.DeductionMode("")),
		optionalRef("gift_of_id"), // the item that this one is a gift of
		currency(),
		amount("unit_price"),
		field.Int64("quantity"),
		amount("list_amount"),
		amount("payable"),
		field.JSON("shares", []document.Share{}),
		// R and r of the refund arithmetic: money and units that no refund has taken yet.
		amount("refundable"),
		field.Int64("refundable_quantity"),
		// What of them is back with the buyer: refunds that succeeded.
		amount("refunded"),
		field.Int64("refunded_quantity").Default(0),
		field.Int64("shipped_quantity").Default(0),
		// Units that requests and refunds took before they were handed over: they stay here. The
		// cancelled ones of them are those whose refund succeeded.
		field.Int64("recalled_quantity").Default(0),
		field.Int64("cancelled_quantity").Default(0),
		field.Int64("short_quantity").Default(0),      // lacking: locked by open shortages
		field.Int64("after_sale_quantity").Default(0), // locked by open requests
		field.Int64("returned_quantity").Default(0),
		createdAt(),
	}
}

// Edges of the table.
func (OrderItem) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("items").Field("order_id").Unique().Required(),
		edge.From("sub_order", SubOrder.Type).Ref("items").Field("sub_order_id").
			Unique().Required(),
		edge.To("sku", Sku.Type).Field("sku_id").Unique().Required(),
		edge.To("review", Review.Type).Unique(),
	}
}

// Indexes of the table.
func (OrderItem) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id"),     // a command loads all of an order
		index.Fields("sub_order_id"), // a list loads those of its sub-orders
	}
}
