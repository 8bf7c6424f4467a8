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

// Review 评价 is what the buyer of an item thinks of it; one per item, with one follow-up and one
// reply.
type Review struct{ base }

// Fields of the table.
func (Review) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Review),
		ref("item_id"),
		ref("order_id"),
		ref("sub_order_id"),
		ref("shop_id"),
		ref("product_id"),
		ref("sku_id"),
		ref("buyer_id"),
		field.Int("rating"),
		optionalText("text", 1000),
		optionalText("appended", 1000),
		optionalTimestamp("appended_at"),
		optionalText("reply", 1000),
		optionalTimestamp("replied_at"),
		createdAt(),
	}
}

// Edges of the table.
func (Review) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("item", OrderItem.Type).Ref("review").Field("item_id").Unique().Required(),
		edge.To("sub_order", SubOrder.Type).Field("sub_order_id").Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.To("sku", Sku.Type).Field("sku_id").Unique().Required(),
	}
}

// Indexes of the table.
func (Review) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("item_id").Unique(), index.Fields("order_id"),
		index.Fields("sub_order_id"), index.Fields("shop_id"), index.Fields("product_id"),
		index.Fields("sku_id"), index.Fields("buyer_id"),
	}
}

// Annotations of the table.
func (r Review) Annotations() []schema.Annotation {
	return append(r.base.Annotations(), entgql.RelayConnection())
}

// AddressChange 改地址 is a buyer's wish that one shop sends elsewhere; at most one is open per shop
// of an order.
type AddressChange struct{ base }

// Fields of the table.
func (AddressChange) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.AddressChange),
		ref("order_id"),
		ref("buyer_id"),
		ref("shop_id"),
		enum("opened_by", vocab.Role("")), // BUYER or MERCHANT
		enum("status", vocab.AddressChangeStatus("")),
		regionKey("region"),
		sealed("address"),
		digest("phone_index", 16),
		sealed("note"),   // of a proposal
		sealed("reason"), // of a rejection
		optionalTimestamp("answered_at"),
		createdAt(),
	}
}

// Edges of the table.
func (AddressChange) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("address_changes").Field("order_id").
			Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
	}
}

// Indexes of the table.
func (AddressChange) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id"), index.Fields("shop_id", "status"),
		index.Fields("phone_index")} // support's search by phone, beside the order's
}

// Memo 备注 is what staff note on an order for their shop; buyers never see it.
type Memo struct{ base }

// Fields of the table.
func (Memo) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Memo),
		ref("order_id"),
		ref("shop_id"),
		ref("author_id"), // a staff member
		sealed("text"),
		createdAt(),
	}
}

// Edges of the table.
func (Memo) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("memos").Field("order_id").Unique().Required(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
	}
}

// Indexes of the table.
func (Memo) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id"), index.Fields("shop_id")}
}
