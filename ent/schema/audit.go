package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// AuditEntry 审计日志 is a command of staff that is no event of an order. It is never changed or
// deleted; each has the hash of the one before it in its shop's chain.
type AuditEntry struct{ base }

// Fields of the table. The documents are text: the hash is over their bytes.
func (AuditEntry) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.AuditEntry),
		ref("shop_id"),        // whose chain; zero: the platform's
		field.Int64("number"), // in the chain, from 1
		enum("actor_role", vocab.Role("")),
		ref("actor_id"), // the staff member
		optionalText("request_id", 128),
		enum("action", vocab.AuditAction("")),
		optionalRef("subject_id"), // what it was done to
		field.Text("before"),      // what it changed, as JSON
		field.Text("after"),
		timestamp("real_at"),
		createdAt(),
		digest("hash", 32),
	}
}

// Indexes of the table.
func (AuditEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shop_id", "number").Unique(), // a chain
		index.Fields("actor_id"),                   // what somebody did
		index.Fields("subject_id"),                 // what became of something
	}
}

// Annotations of the table.
func (e AuditEntry) Annotations() []schema.Annotation {
	return append(e.base.Annotations(), entgql.RelayConnection())
}

// AuditHead is the end of a chain of the audit log. Whoever adds an entry locks it; a chain that
// was cut at its end does not have what it says.
type AuditHead struct{ base }

// Fields of the table. The id is that of the shop, or zero for the platform's chain.
func (AuditHead) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", globalid.ID{}).SchemaType(idType).Immutable(),
		field.Int64("number").Default(0), // of the last entry
		digest("hash", 32),               // of the last entry
	}
}

// Annotations of the table.
func (h AuditHead) Annotations() []schema.Annotation {
	return append(h.base.Annotations(), hidden())
}
