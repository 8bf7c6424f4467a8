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

// Shipment 包裹 is a parcel: quantities of items of one order, shop and warehouse.
type Shipment struct{ base }

// Fields of the table.
func (Shipment) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.Shipment),
		text("number", 40), // for people and barcodes
		ref("order_id"),
		ref("buyer_id"),
		ref("shop_id"),
		ref("warehouse_id"),
		enum("purpose", vocab.ParcelPurpose("")),
		enum("stage", vocab.WarehouseStage("")),
		optionalEnum("carrier_stage", vocab.CarrierStage("")),
		optionalText("carrier", 32),
		optionalText("tracking_number", 64),
		optionalTimestamp("corrected_at"), // the tracking number was, once
		optionalTimestamp("handed_over_at"),
		optionalTimestamp("delivered_at"),
		optionalTimestamp("tracking_stale_since"), // the courier pushes no more: it is asked
		// What was known of it when its courier last answered; and from the first to the last of the
		// questions since then that got no answer.
		optionalTimestamp("heard_at"),
		optionalTimestamp("unanswered_since"),
		optionalTimestamp("unanswered_until"),
		field.Bool("subscribed").Default(false),
		field.Bool("needs_merchant").Default(false),
		optionalRef("after_sale_id"), // of a RETURN or REPLACEMENT parcel
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (Shipment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("shipments").Field("order_id").Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.To("warehouse", Warehouse.Type).Field("warehouse_id").Unique().Required(),
		edge.From("after_sale", AfterSale.Type).Ref("parcels").Field("after_sale_id").Unique(),
		edge.To("items", ShipmentItem.Type),
		edge.To("tracking", TrackingEvent.Type),
		edge.To("former_numbers", FormerNumber.Type),
	}
}

// Indexes of the table.
func (Shipment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("number").Unique(),
		index.Fields("order_id"),
		index.Fields("shop_id", "stage"),
		index.Fields("warehouse_id", "stage"),
		index.Fields("tracking_number"),
		index.Fields("after_sale_id"),
		index.Fields("next_attempt_at"),
	}
}

// Annotations of the table.
func (s Shipment) Annotations() []schema.Annotation {
	return append(s.base.Annotations(), entgql.RelayConnection())
}

// ShipmentItem is the quantity of one order item in one parcel.
type ShipmentItem struct{ base }

// Fields of the table.
func (ShipmentItem) Fields() []ent.Field {
	return append(parties(),
		id(globalid.ShipmentItem),
		ref("shipment_id"),
		ref("item_id"),
		ref("sub_order_id"),
		field.Int64("quantity"),
		createdAt(),
	)
}

// Edges of the table.
func (ShipmentItem) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("shipment", Shipment.Type).Ref("items").Field("shipment_id").
			Unique().Required(),
		edge.To("item", OrderItem.Type).Field("item_id").Unique().Required(),
		edge.From("sub_order", SubOrder.Type).Ref("shipment_items").Field("sub_order_id").
			Unique().Required(),
	}
}

// Indexes of the table.
func (ShipmentItem) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shipment_id", "item_id").Unique(),
		index.Fields("item_id"),
		index.Fields("sub_order_id"),
	}
}

// TrackingEvent 物流轨迹 is one thing a courier told about a parcel; each is kept once.
type TrackingEvent struct{ base }

// Fields of the table.
func (TrackingEvent) Fields() []ent.Field {
	return append(parties(),
		id(globalid.TrackingEvent),
		ref("shipment_id"),
		timestamp("occurred_at"),
		enum("stage", vocab.CarrierStage("")),
		// A correction takes back what the courier told to be final before it.
		field.Bool("correction").Default(false),
		sealed("text"),
		sealed("location"),
		digest("fingerprint", 32),
		optionalEnum("reported_by", vocab.Role("")), // by hand; null: by the courier
		createdAt(),
	)
}

// Edges of the table.
func (TrackingEvent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("shipment", Shipment.Type).Ref("tracking").Field("shipment_id").
			Unique().Required(),
	}
}

// Indexes of the table.
func (TrackingEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shipment_id", "fingerprint").Unique()}
}

// FormerNumber is the label that a parcel had before it was corrected, with all that was reported
// under it. It is never changed: it may be evidence.
type FormerNumber struct{ base }

// Fields of the table.
func (FormerNumber) Fields() []ent.Field {
	return append(parties(),
		id(globalid.FormerNumber),
		ref("shipment_id"),
		text("carrier", 32),
		text("tracking_number", 64),
		enum("corrected_by", vocab.Role("")),
		field.JSON("track", []document.Scan{}),
		createdAt(), // when it was corrected
	)
}

// Edges of the table.
func (FormerNumber) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("shipment", Shipment.Type).Ref("former_numbers").Field("shipment_id").
			Unique().Required(),
	}
}

// Indexes of the table.
func (FormerNumber) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shipment_id"), index.Fields("tracking_number")}
}

// StockTransfer 调拨 moves units of a sku between warehouses; for an order its reservation travels.
type StockTransfer struct{ base }

// Fields of the table.
func (StockTransfer) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.StockTransfer),
		ref("shop_id"),
		ref("sku_id"),
		ref("from_warehouse_id"),
		ref("to_warehouse_id"),
		optionalRef("order_id"),
		optionalRef("item_id"),
		enum("status", vocab.TransferStatus("")),
		field.Int64("quantity"),
		field.Int64("received_quantity").Default(0),
		field.Int64("lost_quantity").Default(0),
		optionalText("note", 200),
		createdAt(),
	}
}

// Edges of the table.
func (StockTransfer) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.To("sku", Sku.Type).Field("sku_id").Unique().Required(),
		edge.To("item", OrderItem.Type).Field("item_id").Unique(),
		edge.To("from_warehouse", Warehouse.Type).Field("from_warehouse_id").Unique().Required(),
		edge.To("to_warehouse", Warehouse.Type).Field("to_warehouse_id").Unique().Required(),
	}
}

// Indexes of the table.
func (StockTransfer) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shop_id", "status"), index.Fields("sku_id"), index.Fields("order_id"),
		index.Fields("item_id"), index.Fields("from_warehouse_id"),
		index.Fields("to_warehouse_id"),
	}
}

// Annotations of the table.
func (s StockTransfer) Annotations() []schema.Annotation {
	return append(s.base.Annotations(), entgql.RelayConnection())
}
