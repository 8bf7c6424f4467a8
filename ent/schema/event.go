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

// Event 订单事件 is one thing that happened; rows are never changed but for their position in the
// feed, which is written once, and never deleted. Shop-wide facts have neither order nor sequence.
type Event struct{ base }

// Fields of the table.
func (Event) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.OrderEvent),
		optionalRef("order_id"),
		optionalRef("buyer_id"), // of the order
		field.Int64("sequence").Optional().Nillable(),
		optionalRef("shop_id"), // none: it concerns the whole order
		field.String("type").MaxLen(64).Annotations(composed()),
		enum("actor_role", vocab.Role("")),
		field.String("actor").MaxLen(128).Default("").Annotations(composed()),
		field.JSON("payload", document.Payload{}),
		field.Int64("position").Optional().Nillable(), // none: not placed in the feed yet
		createdAt(),
	}
}

// Edges of the table.
func (Event) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("events").Field("order_id").Unique(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique(),
	}
}

// Annotations of the table. The graph gives every kind of event a type of its own; fragments on
// them are collected like fields of the event.
func (e Event) Annotations() []schema.Annotation {
	return append(e.base.Annotations(), entgql.Implements("FeedEvent", "OrderEvent",
		"OrderStatusEvent", "SubOrderStatusEvent", "PaymentEvent", "RefundEvent", "ShipmentEvent",
		"TransferEvent", "StockTransferEvent", "AddressEvent", "ReviewEvent",
		"BillDifferenceEvent"))
}

// Indexes of the table.
func (Event) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id", "sequence").Unique(),    // a timeline; an order's followers
		index.Fields("position", "order_id", "sequence"), // the feed, and what has no place in it
		index.Fields("shop_id", "position"),              // a shop's followers
	}
}

// FeedHead is the single row that hands out positions, with the lease of the sequencer.
type FeedHead struct{ ent.Schema }

// Fields of the table.
func (FeedHead) Fields() []ent.Field {
	return []ent.Field{
		field.Int("id"),
		field.Int64("position").Default(0),
		field.Int64("oldest").Default(1), // the first position that followers may still ask for
		field.Int64("epoch"),             // random; cursors of another are expired
		optionalText("holder", 64),
		optionalTimestamp("lease_until"),
		field.Int64("connection").Default(0),
	}
}

// Annotations of the table.
func (FeedHead) Annotations() []schema.Annotation {
	return []schema.Annotation{binaryText(), hidden()}
}

// IdempotencyKey remembers what a mutation with a key did. Its id is a digest of the viewer, the
// mutation and the key, so that the primary key alone finds a repetition.
type IdempotencyKey struct{ base }

// Fields of the table.
func (IdempotencyKey) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.IdempotencyKey),
		digest("input_hash", 32),
		field.JSON("results", []globalid.ID{}).Optional(),
		createdAt(), // real time
	}
}

// Annotations of the table.
func (k IdempotencyKey) Annotations() []schema.Annotation {
	return append(k.base.Annotations(), hidden())
}

// Setting is one value that all servers share, such as the offset of the simulated clock.
type Setting struct{ ent.Schema }

// Fields of the table.
func (Setting) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").StorageKey("name").MaxLen(64),
		field.String("value").MaxLen(500),
	}
}

// Annotations of the table.
func (Setting) Annotations() []schema.Annotation {
	return []schema.Annotation{binaryText(), hidden()}
}
