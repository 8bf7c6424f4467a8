package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// fixture is an order of two shops by one buyer and an order of one of the shops by another,
// written as rows. Every amount and text in it is unique to its owner.
type fixture struct {
	*api
	ctx                      context.Context
	shops                    [2]*shopRows
	buyers                   [2]*ent.Buyer
	sharedOrder, singleOrder *ent.Order // of buyers[0] at both shops; of buyers[1] at shops[1]
	sequence                 map[globalid.ID]int64

	// secrets are texts, ids and amounts, by who may see them: "buyer0", "shop1", "order0" for what
	// belongs to an order as a whole, and so on.
	secrets map[string][]string
}

type shopRows struct {
	shop     *ent.Shop
	sku      *ent.Sku
	stock    *ent.Stock
	discount *ent.Promotion
}

func newFixture(a *api) *fixture {
	f := &fixture{api: a, ctx: a.Context(), sequence: map[globalid.ID]int64{},
		secrets: map[string][]string{}}
	for i := range f.buyers {
		f.buyers[i] = a.db.Client.Buyer.Create().SetSubject(fmt.Sprintf("buyer-%d", i)).
			SaveX(f.ctx)
		f.addSecret(fmt.Sprintf("buyer%d", i), f.buyers[i].ID)
	}
	warehouse := a.db.Client.Warehouse.Create().SetCode("W").SetName("W").SetRegion("上海").
		SaveX(f.ctx)
	for i := range f.shops {
		f.shops[i] = f.addShop(i, warehouse)
	}
	f.sharedOrder = f.addOrder("0", f.buyers[0], warehouse, f.shops[0], f.shops[1])
	f.singleOrder = f.addOrder("1", f.buyers[1], warehouse, f.shops[1])
	return f
}

// addSecret records something that only some may see.
func (f *fixture) addSecret(of string, what ...any) {
	for _, w := range what {
		f.secrets[of] = append(f.secrets[of], fmt.Sprint(w))
	}
}

func (f *fixture) addShop(i int, w *ent.Warehouse) *shopRows {
	c, of := f.db.Client, fmt.Sprintf("shop%d", i)
	shop := c.Shop.Create().SetCode(of).SetName("Shop").SetCurrency("CNY").
		SetMerchantAccount("account-of-" + of).SetPolicy(document.ShopPolicy{}).SaveX(f.ctx)
	ordertest.AddPolicy(f.ctx, f.db, shop)
	product := c.Product.Create().SetShopID(shop.ID).SetCode("p").SetTitle("Tea").SaveX(f.ctx)
	newSku := func(code string, onSale bool) *ent.Sku {
		return c.Sku.Create().SetShopID(shop.ID).SetProductID(product.ID).SetCode(code).
			SetTitle(code).SetCurrency("CNY").SetPrice(100).SetOnSale(onSale).
			SetLogisticsClass(vocab.Ordinary).SaveX(f.ctx)
	}
	sku, hidden := newSku("on-sale", true), newSku("hidden", false)
	stock := c.Stock.Create().SetSkuID(sku.ID).SetWarehouseID(w.ID).SetShopID(shop.ID).
		SetOnHand(int64(770_000_001 + i)).SaveX(f.ctx)
	movement := c.StockMovement.Create().SetStockID(stock.ID).SetShopID(shop.ID).
		SetOnHandDelta(stock.OnHand).SetReservedDelta(0).SetCause(vocab.StockAdjusted).
		SetActorRole(vocab.Platform).SaveX(f.ctx)
	freight := c.FreightTemplate.Create().SetShopID(shop.ID).SetLogisticsClass(vocab.Ordinary).
		SetBasis(vocab.ByWeight).SetRule(document.FreightRule{Zones: []document.FreightZone{}}).
		SaveX(f.ctx)
	newPromotion := func(code string, active bool) *ent.Promotion {
		return c.Promotion.Create().SetShopID(shop.ID).SetCode(of + code).SetTitle(of + code).
			SetKind(vocab.CouponOff).SetScope(vocab.ShopScope).SetFunder(vocab.FundedByShop).
			SetRule(document.PromotionRule{}).SetStartsAt(time.Now()).SetEndsAt(time.Now()).
			SetActive(active).SaveX(f.ctx)
	}
	open, closed := newPromotion("-open", true), newPromotion("-closed", false)
	f.addSecret("staff of "+of, stock.ID, movement.ID, freight.ID, stock.OnHand, hidden.ID,
		closed.ID, shop.MerchantAccount)
	return &shopRows{shop: shop, sku: sku, stock: stock, discount: open}
}

// addOrder makes a paid order with rows of every kind, and a sub-order for each shop.
func (f *fixture) addOrder(
	name string, b *ent.Buyer, w *ent.Warehouse, sellers ...*shopRows,
) *ent.Order {
	c, now := f.db.Client, time.Now().UTC().Truncate(time.Microsecond)
	order, of := "order"+name, "buyer"+name
	id, total := globalid.New(globalid.Order), int64(0)
	address, err := json.Marshal(document.Address{Name: "receiver-" + name, Region: "上海",
		Phone: "+861381234567" + name, Street: "Nanjing Road"})
	if err != nil {
		f.Fatal(err)
	}
	create := c.Order.Create().SetID(id).SetNumber("N" + name).SetBuyerID(b.ID).
		SetStatus(vocab.AwaitingShipment).SetCurrency("CNY").SetRegion("上海").
		SetMerchantAccount("secret-account").SetPayDueAt(now).SetPaidAt(now).
		SetAddress(f.keys.Seal(address, id[:])).
		SetPhoneIndex(f.blind.Full("+861381234567" + name))
	if len(sellers) == 1 {
		create.SetSoleShopID(sellers[0].shop.ID)
	}
	o := create.SaveX(f.ctx)
	f.addSecret(of, o.ID, "receiver-"+name)
	f.event(o, nil, order, vocab.EventOrderPlaced, document.Payload{To: "PENDING_PAYMENT"})
	counted := f.payment(o, vocab.Counted)
	late := f.payment(o, vocab.Late)
	f.addSecret(of, counted.ID)
	f.addSecret(order, late.ID)
	returned := c.Refund.Create().SetOrderID(o.ID).SetBuyerID(o.BuyerID).
		SetNillableSoleShopID(o.SoleShopID).SetPaymentID(late.ID).SetCurrency("CNY").
		SetTrigger(vocab.TriggerLate).SetStatus(vocab.RefundSucceeded).
		SetAmount(555_000_000).SaveX(f.ctx)
	f.addSecret(order, returned.ID)
	for i, seller := range sellers {
		total += f.addSubOrder(o, counted, w, seller, name, i)
	}
	c.Payment.UpdateOneID(counted.ID).SetAmount(total).SetPaidAmount(total).ExecX(f.ctx)
	f.event(o, nil, order, vocab.EventOrderPaid,
		document.Payload{To: "AWAITING_SHIPMENT", Amount: total, Currency: "CNY"})
	if len(sellers) > 1 {
		f.addSecret(order, total)
	}
	return o.Update().SetPayable(total).SetEventSequence(f.sequence[o.ID]).SaveX(f.ctx)
}

// sealed seals a text for a column of a row.
func (f *fixture) sealed(text string, row globalid.ID, column string) []byte {
	return f.keys.SealText(text, row, column)
}

func (f *fixture) payment(o *ent.Order, verdict vocab.Verdict) *ent.Payment {
	return f.db.Client.Payment.Create().SetOrderID(o.ID).SetBuyerID(o.BuyerID).
		SetNillableSoleShopID(o.SoleShopID).SetChannel(vocab.Sandbox).
		SetStatus(vocab.AttemptSucceeded).SetVerdict(verdict).SetCurrency("CNY").
		SetTransactionID("T-" + string(verdict) + o.Number).SetPaidAt(time.Now().UTC()).
		SetExpiresAt(time.Now().UTC()).SaveX(f.ctx)
}

// addSubOrder adds what one shop sells of an order and returns its price.
func (f *fixture) addSubOrder(
	o *ent.Order, paid *ent.Payment, w *ent.Warehouse, seller *shopRows, name string, i int,
) int64 {
	c, shop := f.db.Client, seller.shop
	of := "buyer" + name + " " + shop.Code
	goods, freight := int64(110_000_000*(i+1)+7), int64(1_100_000*(i+1)+3)
	if name == "1" {
		goods, freight = goods+330_000, freight+33_000
	}
	sub := c.SubOrder.Create().SetNumber(fmt.Sprintf("N%s-%d", name, i+1)).SetOrderID(o.ID).
		SetBuyerID(o.BuyerID).SetShopID(shop.ID).SetWarehouseID(w.ID).
		SetPolicyVersion(shop.PolicyVersion).
		SetLogisticsClass(vocab.Ordinary).SetStatus(vocab.AwaitingShipment).
		SetCurrency("CNY").SetListAmount(goods).SetGoodsPayable(goods).SetFreightList(freight).
		SetFreight(freight).SetFreightShares([]document.Share{}).
		SetNote(f.sealed("note "+of, o.ID, "note")).SaveX(f.ctx)
	item := c.OrderItem.Create().SetOrderID(o.ID).SetBuyerID(o.BuyerID).
		SetSubOrderID(sub.ID).SetShopID(shop.ID).
		SetProductID(seller.sku.ProductID).SetSkuID(seller.sku.ID).SetSkuCode("sku " + of).
		SetTitle("title " + of).SetDeductionMode(vocab.OnOrder).SetCurrency("CNY").
		SetUnitPrice(goods).SetQuantity(1).SetListAmount(goods).SetPayable(goods).
		SetShares([]document.Share{}).SetRefundable(goods).SetRefundableQuantity(1).SaveX(f.ctx)
	refund := c.Refund.Create().SetOrderID(o.ID).SetBuyerID(o.BuyerID).
		SetNillableSoleShopID(o.SoleShopID).SetPaymentID(paid.ID).SetSubOrderID(sub.ID).
		SetShopID(shop.ID).SetTrigger(vocab.TriggerShortage).SetCurrency("CNY").
		SetStatus(vocab.RefundFailed).SetAmount(goods - 1).SaveX(f.ctx)
	line := c.RefundLine.Create().SetBuyerID(o.BuyerID).SetShopID(shop.ID).
		SetRefundID(refund.ID).SetItemID(item.ID).
		SetSubOrderID(sub.ID).SetQuantity(1).SetAmount(goods - 2).SetCurrency("CNY").SaveX(f.ctx)
	coupon := c.Coupon.Create().SetPromotionID(seller.discount.ID).SetBuyerID(o.BuyerID).
		SetStatus(vocab.UseUsed).SaveX(f.ctx)
	f.addFulfilment(o, sub, item, of)
	f.event(o, shop, of, vocab.EventSubOrderPlaced, document.Payload{SubOrder: sub.ID,
		To: "PENDING_PAYMENT", Amount: goods + freight, Currency: "CNY"})
	f.addSecret(of, sub.ID, sub.Number, "note "+of, item.ID, item.Title, refund.ID, line.ID, coupon.ID,
		goods, freight, goods-1, goods-2, goods+freight)
	return goods + freight
}

// event inserts an event.
func (f *fixture) event(
	o *ent.Order, shop *ent.Shop, of, name string, payload document.Payload,
) *ent.Event {
	f.sequence[o.ID]++
	create := f.db.Client.Event.Create().SetOrderID(o.ID).SetBuyerID(o.BuyerID).
		SetSequence(f.sequence[o.ID]).
		SetType(name).SetActorRole(vocab.System).SetPayload(payload)
	if shop != nil {
		create.SetShopID(shop.ID)
	}
	e := create.SaveX(f.ctx)
	f.addSecret(of, e.ID)
	return e
}

// appendEvent appends an event as a command does.
func (f *fixture) appendEvent(t *testing.T, o *ent.Order, shop *ent.Shop, name string) {
	t.Helper()
	err := order.Run(f.ctx, f.db, o.ID, event.Actor{Role: vocab.System},
		func(_ context.Context, l *order.Locked) error {
			if shop == nil {
				l.Emit(name, document.Payload{})
			} else {
				l.EmitFor(shop.ID, name, document.Payload{})
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
}
