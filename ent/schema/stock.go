package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Stock 库存 is one sku in one warehouse. Only package stock changes it.
type Stock struct{ base }

// Fields of the table.
func (Stock) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Stock),
		ref("sku_id"),
		ref("warehouse_id"),
		ref("shop_id"),
		field.Int64("on_hand").Default(0),
		field.Int64("reserved").Default(0),
		createdAt(),
	}
}

// Edges of the table.
func (Stock) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("sku", Sku.Type).Ref("stocks").Field("sku_id").Unique().Required(),
		edge.To("warehouse", Warehouse.Type).Field("warehouse_id").Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.To("movements", StockMovement.Type),
	}
}

// Indexes of the table.
func (Stock) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("sku_id", "warehouse_id").Unique(),
		index.Fields("warehouse_id"),
		index.Fields("shop_id"),
	}
}

// Annotations of the table.
func (s Stock) Annotations() []schema.Annotation {
	return append(s.base.Annotations(), entgql.RelayConnection())
}

// StockMovement 库存流水 is one change of one stock row; rows are never changed or deleted.
type StockMovement struct{ base }

// Fields of the table.
func (StockMovement) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.StockMovement),
		ref("stock_id"),
		ref("shop_id"),
		field.Int64("on_hand_delta"),
		field.Int64("reserved_delta"),
		enum("cause", vocab.MovementCause("")),
		optionalRef("reservation_id"),
		optionalRef("transfer_id"),
		optionalText("note", 200),
		enum("actor_role", vocab.Role("")),
		field.String("actor").MaxLen(128).Default("").Annotations(composed()),
		createdAt(),
	}
}

// Edges of the table.
func (StockMovement) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("stock", Stock.Type).Ref("movements").Field("stock_id").Unique().Required(),
	}
}

// Indexes of the table.
func (StockMovement) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("stock_id"), // the ledger of a row
		index.Fields("shop_id"),  // a shop's list, newest first
	}
}

// Annotations of the table.
func (s StockMovement) Annotations() []schema.Annotation {
	return append(s.base.Annotations(), entgql.RelayConnection())
}

// Reservation 占用 is stock taken by an order item. A partial change splits the row.
type Reservation struct{ base }

// Fields of the table.
func (Reservation) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Reservation),
		ref("order_id"),
		ref("item_id"),
		ref("stock_id"),
		ref("shop_id"), // of the stock
		field.Int64("quantity"),
		enum("status", vocab.ReservationStatus("")),
		optionalRef("transfer_id"),   // while it is set aside or travels
		optionalRef("after_sale_id"), // of goods to be sent again
		createdAt(),
	}
}

// Indexes of the table.
func (Reservation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id"), // what an order holds
		index.Fields("item_id"),  // what ships
	}
}

// Annotations of the table.
func (r Reservation) Annotations() []schema.Annotation {
	return append(r.base.Annotations(), hidden())
}
