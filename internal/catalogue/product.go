package catalogue

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/product"
	"orderflow/internal/audit"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ProductInput is a product, as requested.
type ProductInput struct {
	ID       globalid.ID // zero: shop and code decide
	Shop     globalid.ID
	Code     string // unique in the shop
	Title    string
	ImageURL string
	Given    Given
}

// over is the whole product that a request asks for; old is nil for a new one.
func (in ProductInput) over(old *ent.Product) (ProductInput, error) {
	var base *ProductInput
	if old != nil {
		base = &ProductInput{Code: old.Code, Title: old.Title, ImageURL: old.ImageURL}
	}
	in, err := complete(in, in.Given, base, ProductInput{}, "code", "title")
	if err != nil {
		return in, err
	}
	return in, in.Validate()
}

// Validate returns all faults of the fields.
func (in ProductInput) Validate() error {
	var c check
	c.text("code", in.Code, maxCode)
	c.text("title", in.Title, maxTitle)
	c.imageURL("imageUrl", in.ImageURL)
	return c.faults.Err()
}

// SetProduct makes or changes a product of a shop and returns its id. MERCHANT of the shop or
// PLATFORM. Faults: INVALID_INPUT, NOT_FOUND (also for a product of another shop), CODE_TAKEN.
func (c *Catalogue) SetProduct(ctx context.Context, in ProductInput) (globalid.ID, error) {
	if err := requireShop(ctx, in.Shop); err != nil {
		return globalid.ID{}, err
	}
	return c.set(ctx, "code", func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		shop, err := lockShop(ctx, tx, in.Shop, "shop")
		if err != nil {
			return globalid.ID{}, err
		}
		where := product.Code(in.Code)
		if !in.ID.IsZero() {
			where = product.ID(in.ID)
		}
		found, err := tx.Product.Query().Where(product.ShopID(shop.ID), where).Only(ctx)
		id, err := target(in.ID, err, globalid.Product, func() globalid.ID { return found.ID })
		if err != nil {
			return id, err
		}
		in, err := in.over(found)
		if err != nil {
			return id, err
		}
		entry := audit.Entry{Shop: shop.ID, Action: vocab.AuditSetProduct, Subject: id}
		if found != nil {
			update := tx.Product.UpdateOneID(id)
			in.fill(update.Mutation())
			return id, save(ctx, tx, update, entry)
		}
		create := tx.Product.Create().SetID(id).SetShopID(shop.ID).SetCreatedAt(tx.Now)
		in.fill(create.Mutation())
		return id, save(ctx, tx, create, entry)
	})
}

func (in ProductInput) fill(m *ent.ProductMutation) {
	m.SetCode(in.Code)
	m.SetTitle(in.Title)
	m.SetImageURL(in.ImageURL)
}
