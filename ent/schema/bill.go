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

// ChannelBill 对账单 is the comparison of one day of a channel with what is kept here. The columns
// of its intent are business time, by which the days of channels go.
type ChannelBill struct{ base }

// Fields of the table.
func (ChannelBill) Fields() []ent.Field {
	return append([]ent.Field{
		id(globalid.ChannelBill),
		enum("channel", vocab.PaymentChannel("")),
		text("day", 10),                       // of the channel's time zone: 2026-11-30
		field.Int64("compared").Default(0),    // lines so far, all when it is finished
		field.Int64("settled").Default(0),     // of them, what was not known here before
		field.Int64("differences").Default(0), // found so far
		field.Int("hours").Default(0),         // of the day, of which what is kept here was looked up
		optionalTimestamp("finished_at"),
		createdAt(),
	}, intent()...)
}

// Indexes of the table.
func (ChannelBill) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("channel", "day").Unique(), // one for each; a channel's last
		index.Fields("next_attempt_at"),         // the job bills
	}
}

// Annotations of the table.
func (b ChannelBill) Annotations() []schema.Annotation {
	return append(b.base.Annotations(), hidden())
}

// BillLine is one line of a bill as the channel signed it, kept as evidence of what was compared.
type BillLine struct{ base }

// Fields of the table.
func (BillLine) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.BillLine),
		ref("bill_id"),
		enum("kind", vocab.BillLineKind("")),
		text("number", 64),           // the channel's transaction, or the out_refund_no
		optionalText("trade_no", 64), // the out_trade_no, of a payment
		text("state", 32),            // at the channel
		field.Int64("amount"),
		field.String("currency").MaxLen(3).Default(""), // of a payment
		optionalTimestamp("happened_at"),
		optionalRef("payment_id"), // what it is here
		optionalRef("refund_id"),
		createdAt(),
	}
}

// Indexes of the table.
func (BillLine) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("bill_id", "kind", "number").Unique(), // a line is compared once
	}
}

// Annotations of the table.
func (l BillLine) Annotations() []schema.Annotation {
	return append(l.base.Annotations(), hidden())
}

// BillDifference is what a bill and what is kept here say differently.
type BillDifference struct{ base }

// Fields of the table.
func (BillDifference) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.BillDifference),
		ref("bill_id"),
		enum("channel", vocab.PaymentChannel("")),
		text("day", 10),
		enum("kind", vocab.DifferenceKind("")),
		enum("status", vocab.DifferenceStatus("")),
		optionalEnum("about", vocab.BillLineKind("")), // none: the whole bill
		optionalText("number", 64),                    // as in the line
		optionalText("trade_no", 64),
		optionalRef("payment_id"),
		optionalRef("refund_id"),
		optionalRef("order_id"),
		field.Int64("here").Default(0),  // the amount here; 0 when there is none
		field.Int64("there").Default(0), // the amount in the bill; 0 when there is none
		field.String("currency").MaxLen(3).Default(""),
		optionalText("detail", 200), // for staff: statuses, an error
		optionalText("note", 500),   // of who resolved it
		optionalTimestamp("resolved_at"),
		optionalRef("resolved_by"), // the staff member; none: the clock
		createdAt(),
	}
}

// Edges of the table.
func (BillDifference) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("order", Order.Type).Field("order_id").Unique(),
		edge.To("payment", Payment.Type).Field("payment_id").Unique(),
		edge.To("refund", Refund.Type).Field("refund_id").Unique(),
	}
}

// Indexes of the table.
func (BillDifference) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("channel", "day", "number", "kind").Unique(), // it is found once
		index.Fields("status"), // the list of open ones
	}
}

// Annotations of the table.
func (d BillDifference) Annotations() []schema.Annotation {
	return append(d.base.Annotations(), entgql.RelayConnection())
}
