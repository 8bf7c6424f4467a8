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

// Payment 支付 is one attempt through one channel. Its id's text is the out_trade_no.
type Payment struct{ base }

// Fields of the table.
func (Payment) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.Payment),
		ref("order_id"),
		ref("buyer_id"),
		optionalRef("sole_shop_id"), // of an order with one shop, whose staff see all of it
		// The attempt that a second transaction arrived on; such a row was never an attempt itself.
		optionalRef("attempt_id"),
		enum("channel", vocab.PaymentChannel("")),
		enum("status", vocab.AttemptStatus("")),
		optionalEnum("verdict", vocab.Verdict("")),
		optionalEnum("close_cause", vocab.CloseCause("")),
		currency(),
		amount("amount"),      // asked for
		amount("paid_amount"), // taken by the channel
		field.String("transaction_id").MaxLen(64).Optional().Nillable(),
		field.JSON("client_params", map[string]string{}).Optional().
			Annotations(entgql.Skip(entgql.SkipAll)),
		timestamp("expires_at"),
		optionalTimestamp("paid_at"),
		// Since when questions after the pay deadline have settled nothing.
		optionalTimestamp("unsettled_since"),
		optionalText("failure", 200),
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (Payment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("payments").Field("order_id").Unique().Required(),
		edge.To("refunds", Refund.Type),
	}
}

// Indexes of the table.
func (Payment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id"),                           // its order's attempts
		index.Fields("channel", "transaction_id").Unique(), // one row for each
		index.Fields("next_attempt_at"),                    // the job attempts
		index.Fields("paid_at"),                            // what the bill of a day must have
	}
}

// Refund 退款 is money back on one payment. Its id's text is the out_refund_no.
type Refund struct{ base }

// Fields of the table.
func (Refund) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.Refund),
		ref("order_id"),
		ref("buyer_id"),
		optionalRef("sole_shop_id"), // of an order with one shop, whose staff see all of it
		optionalRef("payment_id"),   // none: nothing to pay back
		optionalRef("sub_order_id"), // none: a whole payment that does not count
		optionalRef("shop_id"),
		optionalRef("after_sale_id"),
		optionalRef("shortage_id"),
		optionalRef("replaces_id"), // the CLOSED refund whose amount this one took over
		enum("trigger", vocab.RefundTrigger("")),
		enum("status", vocab.RefundStatus("")),
		currency(),
		amount("amount"),
		amount("freight"), // the part of the amount that is freight
		field.String("channel_refund_id").MaxLen(64).Optional().Nillable(),
		optionalText("failure", 200),
		optionalTimestamp("succeeded_at"),
		optionalTimestamp("submitted_at"), // real time of the last call, for the channel's spacing
		// That it was paid outside, with proof, by whom and when; a second person approves it.
		optionalText("outside_proof", 100), // empty: nothing waits to be approved
		optionalRef("outside_by"),          // the staff member, also after the approval
		optionalTimestamp("outside_at"),
		createdAt(),
	}, intent()...)
}

// Edges of the table.
func (Refund) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", Order.Type).Ref("refunds").Field("order_id").Unique().Required(),
		edge.From("payment", Payment.Type).Ref("refunds").Field("payment_id").Unique(),
		edge.From("after_sale", AfterSale.Type).Ref("refunds").Field("after_sale_id").Unique(),
		edge.From("shortage", Shortage.Type).Ref("refunds").Field("shortage_id").Unique(),
		edge.To("lines", RefundLine.Type),
		edge.To("sub_order", SubOrder.Type).Field("sub_order_id").Unique(),
		edge.To("shop", Shop.Type).Field("shop_id").Unique(),
	}
}

// Indexes of the table.
func (Refund) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id"), index.Fields("payment_id"), index.Fields("sub_order_id"),
		index.Fields("shop_id"), index.Fields("next_attempt_at"),
		index.Fields("replaces_id").Unique(),
		index.Fields("after_sale_id"), index.Fields("shortage_id"),
		index.Fields("succeeded_at"), // what the bill of a day must have
	}
}

// Annotations of the table.
func (r Refund) Annotations() []schema.Annotation {
	return append(r.base.Annotations(), entgql.RelayConnection())
}

// RefundLine is the quantity and the money that a refund takes from one order item.
type RefundLine struct{ base }

// Fields of the table.
func (RefundLine) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.RefundLine),
		ref("refund_id"),
		ref("item_id"),
		ref("sub_order_id"),
		ref("buyer_id"),
		ref("shop_id"),
		field.Int64("quantity"),                // 0: money alone
		field.Bool("unshipped").Default(false), // the units were not handed over
		amount("amount"),
		currency(),
		createdAt(),
	}
}

// Edges of the table.
func (RefundLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("refund", Refund.Type).Ref("lines").Field("refund_id").Unique().Required(),
		edge.From("sub_order", SubOrder.Type).Ref("refund_lines").Field("sub_order_id").
			Unique().Required(),
		edge.To("item", OrderItem.Type).Field("item_id").Unique().Required(),
	}
}

// Indexes of the table.
func (RefundLine) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("refund_id"), index.Fields("item_id"), index.Fields("sub_order_id"),
	}
}

// ChannelNotice is one verified notice of a channel, kept sealed as evidence.
type ChannelNotice struct{ base }

// Fields of the table.
func (ChannelNotice) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.ChannelNotice),
		enum("channel", vocab.PaymentChannel("")),
		text("notice_id", 64),
		field.Bytes("body").MaxLen(65535).Sensitive(),
		createdAt(),
	}
}

// Indexes of the table.
func (ChannelNotice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("channel", "notice_id").Unique(), // a repeated notice is kept once
	}
}

// Annotations of the table.
func (c ChannelNotice) Annotations() []schema.Annotation {
	return append(c.base.Annotations(), hidden())
}
