package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/index"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// SubOrderHold 风控冻结 is why a shop or the platform stopped a sub-order; buyers never see it.
type SubOrderHold struct{ base }

// Fields of the table.
func (SubOrderHold) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.SubOrderHold),
		ref("order_id"),
		ref("sub_order_id"),
		ref("shop_id"),
		enum("held_by", vocab.Role("")), // MERCHANT or PLATFORM
		enum("reason", vocab.HoldReason("")),
		sealed("note"), // with the order's id: a split copies it
		optionalTimestamp("released_at"),
		createdAt(),
	}
}

// Edges of the table.
func (SubOrderHold) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("sub_order", SubOrder.Type).Ref("holds").Field("sub_order_id").
			Unique().Required(),
	}
}

// Indexes of the table.
func (SubOrderHold) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("sub_order_id"),
		index.Fields("released_at", "shop_id"), // what is on hold: filters and counts
	}
}
