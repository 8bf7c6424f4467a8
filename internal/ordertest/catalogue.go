package ordertest

import (
	"context"
	"time"

	"orderflow/ent"
	entshop "orderflow/ent/shop"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/region"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Price is what a unit costs when nothing else is said.
const Price = 1000

// MerchantAccount is the account of every shop; orders hold shops of one account.
const MerchantAccount = "acct"

// AddShop adds a shop with one product.
func (e *Env) AddShop(code string, policy document.ShopPolicy) *ent.Shop {
	ctx := e.T.Context()
	id := globalid.New(globalid.Shop)
	shop := e.DB.Client.Shop.Create().SetID(id).SetCode(code).SetName(code).SetCurrency("CNY").
		SetMerchantAccount(MerchantAccount).SetPolicy(policy).
		SetReturnAddress(e.Keys.SealText("a street", id, entshop.FieldReturnAddress)).
		SaveX(ctx)
	AddPolicy(ctx, e.DB, shop)
	e.DB.Client.Product.Create().SetShopID(shop.ID).SetCode("p").SetTitle("Tea").SaveX(ctx)
	return shop
}

// AddPolicy keeps the policy of a shop that was made without the catalogue, for its orders.
func AddPolicy(ctx context.Context, db *store.DB, shop *ent.Shop) {
	db.Client.PolicyVersion.Create().SetShopID(shop.ID).SetVersion(shop.PolicyVersion).
		SetPolicy(shop.Policy.Complete()).SaveX(ctx)
}

// SetPolicy changes the policy of the shop of the Env, for orders that are placed from now on.
func (e *Env) SetPolicy(policy document.ShopPolicy) {
	e.T.Helper()
	e.Must(e.TrySetPolicy(policy))
}

// TrySetPolicy is SetPolicy, by the shop itself.
func (e *Env) TrySetPolicy(policy document.ShopPolicy) error {
	_, err := e.Catalogue.SetShopPolicy(e.Merchant,
		catalogue.PolicyInput{Shop: e.Shop.ID, Policy: policy})
	return err
}

// AddWarehouse adds a warehouse.
func (e *Env) AddWarehouse(code, name, province string, priority int) *ent.Warehouse {
	key, wrong := region.Parse("", region.Input{Region: province})
	e.Must(wrong.Err())
	return e.DB.Client.Warehouse.Create().SetCode(code).SetName(name).SetRegion(key).
		SetPriority(priority).SaveX(e.T.Context())
}

// Sku describes a sku of a shop's product and what the warehouses have of it.
type Sku struct {
	Price        int64
	South, North int64
	Shop         *ent.Shop            // the shop of the Env when nil
	Class        vocab.LogisticsClass // ORDINARY when empty
	Mode         vocab.DeductionMode  // the shop's when empty
	Code, Title  string               // made up when empty
}

// Sku adds a sku of Price with units in the south.
func (e *Env) Sku(units int64) *ent.Sku {
	e.T.Helper()
	return e.NewSku(Sku{Price: Price, South: units})
}

// NewSku adds a sku.
func (e *Env) NewSku(s Sku) *ent.Sku {
	e.T.Helper()
	shop, product, code := e.Shop, e.Product, e.Label("TEA-")
	if s.Shop != nil {
		shop, product = s.Shop, s.Shop.QueryProducts().OnlyX(e.T.Context())
	}
	create := e.DB.Client.Sku.Create().SetShopID(shop.ID).SetProductID(product.ID).SetCode(code).
		SetTitle(code).SetPrice(s.Price).SetCurrency("CNY").SetWeightGrams(100).
		SetLogisticsClass(vocab.Ordinary)
	if s.Code != "" {
		create.SetCode(s.Code)
	}
	if s.Title != "" {
		create.SetTitle(s.Title)
	}
	if s.Class != "" {
		create.SetLogisticsClass(s.Class)
	}
	if s.Mode != "" {
		create.SetDeductionMode(s.Mode)
	}
	sku := create.SaveX(e.T.Context())
	e.AddStock(sku, e.South, s.South)
	e.AddStock(sku, e.North, s.North)
	return sku
}

// AddStock changes what a warehouse has of a sku.
func (e *Env) AddStock(sku *ent.Sku, at *ent.Warehouse, delta int64) {
	e.T.Helper()
	if delta != 0 {
		e.Must(e.TryAddStock(sku, at, delta))
	}
}

// TryAddStock is AddStock that may be refused.
func (e *Env) TryAddStock(sku *ent.Sku, at *ent.Warehouse, delta int64) error {
	_, err := e.Catalogue.AdjustStock(e.Platform, catalogue.StockInput{
		Sku: sku.ID, Warehouse: at.ID, Delta: delta, Note: "count"})
	return err
}

// Available is what all warehouses have of a sku and nobody holds.
func (e *Env) Available(sku *ent.Sku) (sum int64) {
	e.T.Helper()
	for _, row := range sku.QueryStocks().AllX(e.T.Context()) {
		if row.OnHand < row.Reserved {
			e.T.Errorf("oversold: %d of %d", row.Reserved, row.OnHand)
		}
		sum += row.OnHand - row.Reserved
	}
	return sum
}

// ChargeFreight makes a parcel of the shop cost first, and step for each piece after the first.
func (e *Env) ChargeFreight(first, step int64) *ent.FreightTemplate {
	return e.DB.Client.FreightTemplate.Create().SetShopID(e.Shop.ID).
		SetLogisticsClass(vocab.Ordinary).SetBasis(vocab.ByPiece).
		SetRule(FreightRule(first, step)).SaveX(e.T.Context())
}

// FreightRule charges first, and step for each piece after the first.
func FreightRule(first, step int64) document.FreightRule {
	return document.FreightRule{Zones: []document.FreightZone{
		{First: 1, FirstFee: first, Step: 1, StepFee: step}}}
}

// Promotion prepares a promotion of that kind, of the shop, that holds now.
func (e *Env) Promotion(
	kind vocab.PromotionKind, scope vocab.PromotionScope, rule document.PromotionRule,
) *ent.PromotionCreate {
	code, now := e.Label("promotion-"), e.Now()
	return e.DB.Client.Promotion.Create().SetCode(code).SetTitle(code).SetKind(kind).
		SetScope(scope).SetFunder(vocab.FundedByShop).SetRule(rule).
		SetStartsAt(now.Add(-Day)).SetEndsAt(now.Add(365 * Day))
}

// AddGift gives a unit of gift away with every unit of sku.
func (e *Env) AddGift(sku, gift *ent.Sku) *ent.Promotion {
	return e.Promotion(vocab.Gift, vocab.ItemScope, document.PromotionRule{
		Skus: []globalid.ID{sku.ID}, Gift: gift.ID, GiftQuantity: 1, GiftEvery: 1}).
		SetShopID(e.Shop.ID).SetEndsAt(e.Now().Add(time.Hour)).SaveX(e.T.Context())
}

// NewCoupon gives a buyer a coupon of a promotion.
func (e *Env) NewCoupon(of *ent.Promotion, buyer globalid.ID) *ent.Coupon {
	return e.DB.Client.Coupon.Create().SetPromotionID(of.ID).SetBuyerID(buyer).
		SetStatus(vocab.UseAvailable).SaveX(e.T.Context())
}
