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

// Shop 店铺 is a seller.
type Shop struct{ base }

// Fields of the table.
func (Shop) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Shop),
		text("code", 64),
		text("name", 200),
		currency(),
		text("merchant_account", 64),
		optionalText("proposed_account", 64), // waits for a second person; empty: none
		optionalRef("proposed_by"),           // the staff member who proposed it
		sealed("return_address"),
		field.JSON("policy", document.ShopPolicy{}),
		field.Int32("policy_version").Default(1), // of its PolicyVersion
		createdAt(),
	}
}

// Edges of the table.
func (Shop) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("products", Product.Type),
		edge.To("freight_templates", FreightTemplate.Type),
	}
}

// Indexes of the table.
func (Shop) Indexes() []ent.Index {
	return []ent.Index{index.Fields("code").Unique()}
}

// PolicyVersion is a policy that a shop has or had. It is never changed: the orders that were
// placed under it go by it. Its policy is complete, so that a default of a later release
// changes no order.
type PolicyVersion struct{ base }

// Fields of the table.
func (PolicyVersion) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.PolicyVersion),
		ref("shop_id"),
		field.Int32("version").Immutable(),
		field.JSON("policy", document.ShopPolicy{}).Immutable(),
		createdAt(),
	}
}

// Indexes of the table.
func (PolicyVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shop_id", "version").Unique()}
}

// Annotations of the table.
func (p PolicyVersion) Annotations() []schema.Annotation {
	return append(p.base.Annotations(), hidden())
}

// FreightTemplate 运费模板 prices the freight of one shop and logistics class.
type FreightTemplate struct{ base }

// Fields of the table.
func (FreightTemplate) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.FreightTemplate),
		ref("shop_id"),
		enum("logistics_class", vocab.LogisticsClass("")),
		enum("basis", vocab.FreightBasis("")),
		field.JSON("rule", document.FreightRule{}),
		createdAt(),
	}
}

// Edges of the table.
func (FreightTemplate) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("shop", Shop.Type).Ref("freight_templates").Field("shop_id").Unique().Required(),
	}
}

// Indexes of the table.
func (FreightTemplate) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shop_id", "logistics_class").Unique()}
}

// Buyer 买家 is made at the first valid token of a subject.
type Buyer struct{ base }

// Fields of the table.
func (Buyer) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Buyer),
		text("subject", 128),
		field.Int("level").Default(0),
		// What concurrent placements of a buyer see one another by, and the pace of them: microseconds.
		field.Int64("units_placed").Default(0).Annotations(entgql.Skip(entgql.SkipAll)),
		field.Int64("paced_until").Default(0).Annotations(entgql.Skip(entgql.SkipAll)),
		createdAt(),
	}
}

// Indexes of the table.
func (Buyer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("subject").Unique()}
}

// Staff 员工 is made at the first valid token of a subject; the token says role and shops.
type Staff struct{ base }

// Fields of the table.
func (Staff) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Staff),
		text("subject", 128),
		enum("role", vocab.Role("")),
		createdAt(),
	}
}

// Indexes of the table.
func (Staff) Indexes() []ent.Index {
	return []ent.Index{index.Fields("subject", "role").Unique()}
}
