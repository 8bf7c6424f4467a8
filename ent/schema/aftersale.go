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

// AfterSale 售后单 is a request about item quantities of one sub-order.
type AfterSale struct{ base }

// Fields of the table.
func (AfterSale) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.AfterSale),
		text("number", 40),
		ref("order_id"),
		ref("sub_order_id"),
		ref("shop_id"),
		field.Int32("policy_version"), // of its sub-order
		ref("buyer_id"),
		enum("kind", vocab.AfterSaleKind("")),
		enum("goods", vocab.GoodsPlace("")), // where they were when the request was made
		optionalEnum("way", vocab.WayBack("")),
		enum("reason", vocab.AfterSaleReason("")),
		sealed("text"), // what the one who made the request says
		enum("opened_by", vocab.Role("")),
		enum("status", vocab.AfterSaleStatus("")),
		currency(),
		amount("amount"),  // taken by the request: its lines and the freight
		amount("freight"), // the part of the amount that is freight
		optionalEnum("trigger", vocab.RefundTrigger("")),
		optionalEnum("liable", vocab.LiableSide("")),
		optionalEnum("rejection", vocab.RejectionReason("")),
		// What the shop proposes instead, while the buyer has not answered.
		field.JSON("proposal", &document.Proposal{}).Optional().Annotations(composed()),
		optionalRef("shipment_id"), // the parcel that is to come back
		optionalRef("return_warehouse_id"),
		sealed("return_address"),
		field.Bool("goods_back").Default(false), // goods have gone back
		optionalRef("split_from_id"),            // the request of which this part was not accepted
		optionalTimestamp("due_at"),
		optionalTimestamp("ended_at"),
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (AfterSale) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("after_sales").Field("order_id").Unique().Required(),
		edge.From("sub_order", SubOrder.Type).Ref("after_sales").Field("sub_order_id").
			Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.To("shipment", Shipment.Type).Field("shipment_id").Unique(),
		edge.To("lines", AfterSaleLine.Type),
		edge.To("messages", AfterSaleMessage.Type),
		edge.To("parcels", Shipment.Type),
		edge.To("refunds", Refund.Type),
		edge.To("interceptions", Interception.Type),
	}
}

// Indexes of the table.
func (AfterSale) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("number").Unique(),
		index.Fields("order_id"),
		index.Fields("sub_order_id"),
		index.Fields("shop_id", "status"),
		index.Fields("buyer_id", "status"),
		index.Fields("status", "due_at"),
		index.Fields("shipment_id"),
		index.Fields("split_from_id"),
		index.Fields("return_warehouse_id", "status"),
	}
}

// Annotations of the table.
func (a AfterSale) Annotations() []schema.Annotation {
	return append(a.base.Annotations(), entgql.RelayConnection())
}

// AfterSaleLine is the quantity and the money that a request takes from one order item.
type AfterSaleLine struct{ base }

// Fields of the table.
func (AfterSaleLine) Fields() []ent.Field {
	return append(parties(),
		id(globalid.AfterSaleLine),
		ref("after_sale_id"),
		ref("item_id"),
		field.Int64("quantity"), // 0: a price difference
		amount("amount"),
		currency(),
		optionalRef("exchange_sku_id"),
		// What the warehouse found in the parcel that came back.
		field.Int64("good_quantity").Default(0),
		field.Int64("damaged_quantity").Default(0),
		createdAt(),
	)
}

// Edges of the table.
func (AfterSaleLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("after_sale", AfterSale.Type).Ref("lines").Field("after_sale_id").
			Unique().Required(),
		edge.To("item", OrderItem.Type).Field("item_id").Unique().Required(),
		edge.To("exchange_sku", Sku.Type).Field("exchange_sku_id").Unique(),
	}
}

// Indexes of the table.
func (AfterSaleLine) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("after_sale_id", "item_id").Unique(), index.Fields("item_id"),
		index.Fields("exchange_sku_id"),
	}
}

// AfterSaleMessage 协商历史 is one thing said or shown about a request; rows are never changed.
type AfterSaleMessage struct{ base }

// Fields of the table.
func (AfterSaleMessage) Fields() []ent.Field {
	return append(parties(),
		id(globalid.AfterSaleMessage),
		ref("after_sale_id"),
		enum("kind", vocab.MessageKind("")),
		enum("author_role", vocab.Role("")),
		field.String("author").MaxLen(128).Default("").Annotations(composed()),
		sealed("text"),
		sealedUpTo("images", 16_384), // links, as JSON
		createdAt(),
	)
}

// Edges of the table.
func (AfterSaleMessage) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("after_sale", AfterSale.Type).Ref("messages").Field("after_sale_id").
			Unique().Required(),
	}
}

// Indexes of the table.
func (AfterSaleMessage) Indexes() []ent.Index {
	return []ent.Index{index.Fields("after_sale_id")}
}

// Interception 截件 asks a courier to bring a parcel back; an intent with the courier's answer.
type Interception struct{ base }

// Fields of the table.
func (Interception) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.Interception),
		ref("order_id"),
		ref("buyer_id"),
		ref("shop_id"),
		ref("shipment_id"),
		ref("after_sale_id"),
		enum("status", vocab.InterceptionStatus("")),
		// Who told by hand how it stands, last, and what they noted; null: the courier.
		optionalEnum("reported_by", vocab.Role("")),
		sealed("note"),
		optionalTimestamp("ended_at"),
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (Interception) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("after_sale", AfterSale.Type).Ref("interceptions").Field("after_sale_id").
			Unique().Required(),
		edge.To("shipment", Shipment.Type).Field("shipment_id").Unique().Required(),
	}
}

// Indexes of the table.
func (Interception) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id"), index.Fields("shop_id"), index.Fields("shipment_id"),
		index.Fields("after_sale_id"), index.Fields("next_attempt_at"),
	}
}

// Shortage 缺货 is sold units that a warehouse does not have.
type Shortage struct{ base }

// Fields of the table.
func (Shortage) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.Shortage),
		ref("order_id"),
		ref("item_id"),
		ref("sub_order_id"),
		ref("shop_id"),
		ref("buyer_id"),
		ref("warehouse_id"),
		field.Int64("quantity"),
		enum("cause", vocab.ShortageCause("")),
		enum("status", vocab.ShortageStatus("")),
		field.JSON("options", []vocab.ShortageOption{}).Optional(),
		optionalRef("offered_warehouse_id"), // from which a transfer, or the goods, may come
		optionalRef("transfer_id"),
		optionalTimestamp("due_at"),
		optionalTimestamp("ended_at"),
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (Shortage) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("shortages").Field("order_id").Unique().Required(),
		edge.To("sub_order", SubOrder.Type).Field("sub_order_id").Unique().Required(),
		edge.To("item", OrderItem.Type).Field("item_id").Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.To("warehouse", Warehouse.Type).Field("warehouse_id").Unique().Required(),
		edge.To("refunds", Refund.Type),
	}
}

// Indexes of the table.
func (Shortage) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id"), index.Fields("item_id"), index.Fields("sub_order_id"),
		index.Fields("shop_id", "status"), index.Fields("buyer_id", "status"),
		index.Fields("warehouse_id", "status"), index.Fields("status", "due_at"),
		index.Fields("offered_warehouse_id"), index.Fields("transfer_id"),
	}
}

// Annotations of the table.
func (s Shortage) Annotations() []schema.Annotation {
	return append(s.base.Annotations(), entgql.RelayConnection())
}
