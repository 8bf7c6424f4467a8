package catalogue

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/product"
	"orderflow/ent/sku"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// SkuInput is a sku, as requested. Its shop and currency are its product's.
type SkuInput struct {
	ID             globalid.ID // zero: the product's shop and the code decide
	Product        globalid.ID
	Code           string // unique in the shop
	Title          string
	ImageURL       string
	Price          int64 // minor units of the shop's currency
	WeightGrams    int64
	LogisticsClass vocab.LogisticsClass
	DeductionMode  vocab.DeductionMode // empty: the shop's
	OnSale         bool
	Given          Given
}

// over is the whole sku that a request asks for; old is nil for a new one.
func (in SkuInput) over(old *ent.Sku) (SkuInput, error) {
	var base *SkuInput
	if old != nil {
		base = &SkuInput{Product: old.ProductID, Code: old.Code, Title: old.Title,
			ImageURL: old.ImageURL, Price: old.Price, WeightGrams: old.WeightGrams,
			LogisticsClass: old.LogisticsClass, OnSale: old.OnSale}
		if old.DeductionMode != nil {
			base.DeductionMode = *old.DeductionMode
		}
	}
	usual := SkuInput{LogisticsClass: vocab.Ordinary, OnSale: true}
	in, err := complete(in, in.Given, base, usual, "code", "title", "price")
	if err != nil {
		return in, err
	}
	return in, in.Validate()
}

// Validate returns all faults of the fields.
func (in SkuInput) Validate() error {
	var c check
	c.text("code", in.Code, maxCode)
	c.text("title", in.Title, maxTitle)
	c.imageURL("imageUrl", in.ImageURL)
	c.number("price", in.Price, 0, maxAmount)
	c.number("weightGrams", in.WeightGrams, 0, maxQuantity)
	oneOf(&c, "logisticsClass", in.LogisticsClass,
		vocab.Ordinary, vocab.Oversized, vocab.ColdChain)
	oneOf(&c, "deductionMode", in.DeductionMode, "", vocab.OnOrder, vocab.OnPayment)
	return c.faults.Err()
}

// SetSku makes or changes a sku and returns its id. MERCHANT of the product's shop or PLATFORM.
// Faults: INVALID_INPUT, NOT_FOUND (also for a sku or product of another shop), CODE_TAKEN.
func (c *Catalogue) SetSku(ctx context.Context, in SkuInput) (globalid.ID, error) {
	viewer, err := auth.Require(ctx, vocab.Merchant, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	return c.set(ctx, "code", func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		shop, err := shopOfProduct(ctx, tx, viewer, in.Product)
		if err != nil {
			return globalid.ID{}, err
		}
		where := sku.Code(in.Code)
		if !in.ID.IsZero() {
			where = sku.ID(in.ID)
		}
		found, err := tx.Sku.Query().Where(sku.ShopID(shop.ID), where).Only(ctx)
		id, err := target(in.ID, err, globalid.Sku, func() globalid.ID { return found.ID })
		if err != nil {
			return id, err
		}
		in, err := in.over(found)
		if err != nil {
			return id, err
		}
		entry := audit.Entry{Shop: shop.ID, Action: vocab.AuditSetSku, Subject: id}
		if found != nil {
			update := tx.Sku.UpdateOneID(id)
			in.fill(update.Mutation())
			return id, save(ctx, tx, update, entry)
		}
		create := tx.Sku.Create().SetID(id).SetShopID(shop.ID).SetCurrency(shop.Currency).
			SetCreatedAt(tx.Now)
		in.fill(create.Mutation())
		return id, save(ctx, tx, create, entry)
	})
}

func shopOfProduct(
	ctx context.Context, tx *store.Tx, viewer *auth.Viewer, id globalid.ID,
) (*ent.Shop, error) {
	parent, err := tx.Product.Query().Where(product.ID(id)).Only(ctx)
	if err != nil {
		return nil, notFoundAt(err, "product")
	}
	if !viewer.HasShop(parent.ShopID) {
		return nil, notFound("product")
	}
	return lockShop(ctx, tx, parent.ShopID, "product")
}

func (in SkuInput) fill(m *ent.SkuMutation) {
	m.SetProductID(in.Product)
	m.SetCode(in.Code)
	m.SetTitle(in.Title)
	m.SetImageURL(in.ImageURL)
	m.SetPrice(in.Price)
	m.SetWeightGrams(in.WeightGrams)
	m.SetLogisticsClass(in.LogisticsClass)
	m.ClearDeductionMode()
	if in.DeductionMode != "" {
		m.SetDeductionMode(in.DeductionMode)
	}
	m.SetOnSale(in.OnSale)
}
