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

// Product 商品 groups skus.
type Product struct{ base }

// Fields of the table.
func (Product) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Product),
		ref("shop_id"),
		text("code", 64),
		text("title", 300),
		optionalText("image_url", 500),
		createdAt(),
	}
}

// Edges of the table.
func (Product) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("shop", Shop.Type).Ref("products").Field("shop_id").Unique().Required(),
		edge.To("skus", Sku.Type),
	}
}

// Indexes of the table.
func (Product) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shop_id", "code").Unique()}
}

// Sku 规格 is what is sold.
type Sku struct{ base }

// Fields of the table.
func (Sku) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Sku),
		ref("shop_id"),
		ref("product_id"),
		text("code", 64),
		text("title", 300),
		optionalText("image_url", 500),
		amount("price"),
		currency(),
		field.Int64("weight_grams").Default(0),
		enum("logistics_class", vocab.LogisticsClass("")),
		optionalEnum("deduction_mode", vocab.DeductionMode("")),
		field.Bool("on_sale").Default(true),
		createdAt(),
	}
}

// Edges of the table.
func (Sku) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("shop", Shop.Type).Field("shop_id").Unique().Required(),
		edge.From("product", Product.Type).Ref("skus").Field("product_id").Unique().Required(),
		edge.To("stocks", Stock.Type),
	}
}

// Indexes of the table.
func (Sku) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shop_id", "code").Unique(), index.Fields("product_id")}
}

// Annotations of the table.
func (s Sku) Annotations() []schema.Annotation {
	return append(s.base.Annotations(), entgql.RelayConnection())
}

// Warehouse 仓库 holds stock and sends parcels.
type Warehouse struct{ base }

// Fields of the table.
func (Warehouse) Fields() []ent.Field {
	return []ent.Field{
		id(globalid.Warehouse),
		text("code", 64),
		text("name", 200),
		regionKey("region"),
		sealed("return_address"),
		field.Int("priority").Default(0),
		createdAt(),
	}
}

// Indexes of the table.
func (Warehouse) Indexes() []ent.Index {
	return []ent.Index{index.Fields("code").Unique()}
}
