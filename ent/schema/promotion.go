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

// Promotion 优惠 belongs to goods. Without a shop it is the platform's.
type Promotion struct{ base }

// Fields of the table.
func (Promotion) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Promotion),
		optionalRef("shop_id"),
		text("code", 64),
		text("title", 200),
		enum("kind", vocab.PromotionKind("")),
		enum("scope", vocab.PromotionScope("")),
		enum("funder", vocab.Funder("")),
		field.JSON("rule", document.PromotionRule{}),
		timestamp("starts_at"),
		timestamp("ends_at"),
		optionalText("stacking_group", 64),
		field.Int64("quota").Optional().Nillable(),
		field.Int64("quota_per_buyer").Optional().Nillable(),
		field.Bool("active").Default(true),
		createdAt(),
	}
}

// Edges of the table.
func (Promotion) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("shop", Shop.Type).Field("shop_id").Unique(),
		edge.To("coupons", Coupon.Type),
	}
}

// Indexes of the table.
func (Promotion) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("code").Unique(), index.Fields("shop_id"), index.Fields("active", "ends_at"),
	}
}

// Annotations of the table.
func (p Promotion) Annotations() []schema.Annotation {
	return append(p.base.Annotations(), entgql.RelayConnection())
}

// Quota counts the orders that hold or used a promotion: in all (no buyer) or by one buyer. A row
// exists only where the promotion has such a quota.
type Quota struct{ base }

// Fields of the table.
func (Quota) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Quota),
		ref("promotion_id"),
		ref("buyer_id"), // sixteen zero bytes: in all
		field.Int64("taken").Default(0),
		createdAt(),
	}
}

// Indexes of the table.
func (Quota) Indexes() []ent.Index {
	return []ent.Index{index.Fields("promotion_id", "buyer_id").Unique()}
}

// Annotations of the table.
func (q Quota) Annotations() []schema.Annotation { return append(q.base.Annotations(), hidden()) }

// QuotaUse is one order's use of a promotion with a quota.
type QuotaUse struct{ base }

// Fields of the table.
func (QuotaUse) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.QuotaUse),
		ref("promotion_id"),
		ref("buyer_id"),
		ref("order_id"),
		enum("status", vocab.UseStatus("")),
		createdAt(),
	}
}

// Indexes of the table.
func (QuotaUse) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id", "promotion_id").Unique(), index.Fields("promotion_id", "buyer_id"),
	}
}

// Annotations of the table.
func (q QuotaUse) Annotations() []schema.Annotation {
	return append(q.base.Annotations(), hidden())
}

// Coupon 优惠券 is one buyer's right to a COUPON promotion.
type Coupon struct{ base }

// Fields of the table.
func (Coupon) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Coupon),
		ref("promotion_id"),
		ref("buyer_id"),
		enum("status", vocab.UseStatus("")),
		optionalRef("order_id"),
		field.Int32("number").Default(1).Immutable(), // of the buyer's of this promotion
		createdAt(),
	}
}

// Edges of the table.
func (Coupon) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("promotion", Promotion.Type).Ref("coupons").Field("promotion_id").
			Unique().Required(),
	}
}

// Indexes of the table.
func (Coupon) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("promotion_id", "buyer_id", "number").Unique(),
		index.Fields("buyer_id", "status"),
		index.Fields("order_id"),
	}
}

// MemberBenefit 会员权益 belongs to the account, not to goods.
type MemberBenefit struct{ base }

// Fields of the table.
func (MemberBenefit) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.MemberBenefit),
		text("code", 64),
		text("title", 200),
		enum("kind", vocab.BenefitKind("")),
		field.JSON("rule", document.BenefitRule{}),
		field.Bool("active").Default(true),
		createdAt(),
	}
}

// Indexes of the table.
func (MemberBenefit) Indexes() []ent.Index {
	return []ent.Index{index.Fields("code").Unique()}
}

// BenefitUse is a buyer's single use of a NEW_CUSTOMER benefit.
type BenefitUse struct{ base }

// Fields of the table.
func (BenefitUse) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.BenefitUse),
		ref("benefit_id"),
		ref("buyer_id"),
		optionalRef("order_id"),
		enum("status", vocab.UseStatus("")),
		createdAt(),
	}
}

// Indexes of the table.
func (BenefitUse) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("benefit_id", "buyer_id").Unique(), index.Fields("order_id"),
	}
}

// Annotations of the table.
func (b BenefitUse) Annotations() []schema.Annotation {
	return append(b.base.Annotations(), hidden())
}
