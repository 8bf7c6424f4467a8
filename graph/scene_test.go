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
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// scene is an order of two shops by one buyer and an order of one of the shops by another. Every
// amount and text in it says whose it is.
type scene struct {
	*api
	ctx        context.Context
	shops      [2]*seller
	buyers     [2]*ent.Buyer
	both, sole *ent.Order // of buyers[0] at both shops; of buyers[1] at shops[1]
	sequence   map[globalid.ID]int64

	// secrets are texts, ids and amounts, by who may see them: "buyer0", "shop1", "whole0" for what
	// is of a whole order, and so on.
	secrets map[string][]string
}

type seller struct {
	shop     *ent.Shop
	sku      *ent.Sku
	stock    *ent.Stock
	discount *ent.Promotion
}

func newScene(a *api) *scene {
	s := &scene{api: a, ctx: a.Context(), sequence: map[globalid.ID]int64{},
		secrets: map[string][]string{}}
	for i := range s.buyers {
		s.buyers[i] = a.db.Client.Buyer.Create().SetSubject(fmt.Sprintf("buyer-%d", i)).
			SaveX(s.ctx)
		s.keep(fmt.Sprintf("buyer%d", i), s.buyers[i].ID)
	}
	warehouse := a.db.Client.Warehouse.Create().SetCode("W").SetName("W").SetRegion("上海").
		SaveX(s.ctx)
	for i := range s.shops {
		s.shops[i] = s.addSeller(i, warehouse)
	}
	s.both = s.addOrder("0", s.buyers[0], warehouse, s.shops[0], s.shops[1])
	s.sole = s.addOrder("1", s.buyers[1], warehouse, s.shops[1])
	return s
}

// keep notes something that only some may see.
func (s *scene) keep(of string, what ...any) {
	for _, w := range what {
		s.secrets[of] = append(s.secrets[of], fmt.Sprint(w))
	}
}

func (s *scene) addSeller(i int, w *ent.Warehouse) *seller {
	c, of := s.db.Client, fmt.Sprintf("shop%d", i)
	shop := c.Shop.Create().SetCode(of).SetName("Shop").SetCurrency("CNY").
		SetMerchantAccount("account-of-" + of).SetPolicy(document.ShopPolicy{}).SaveX(s.ctx)
	product := c.Product.Create().SetShopID(shop.ID).SetCode("p").SetTitle("Tea").SaveX(s.ctx)
	newSku := func(code string, onSale bool) *ent.Sku {
		return c.Sku.Create().SetShopID(shop.ID).SetProductID(product.ID).SetCode(code).
			SetTitle(code).SetCurrency("CNY").SetPrice(100).SetOnSale(onSale).
			SetLogisticsClass(vocab.Ordinary).SaveX(s.ctx)
	}
	sku, hidden := newSku("on-sale", true), newSku("hidden", false)
	stock := c.Stock.Create().SetSkuID(sku.ID).SetWarehouseID(w.ID).SetShopID(shop.ID).
		SetOnHand(int64(770_000_001 + i)).SaveX(s.ctx)
	movement := c.StockMovement.Create().SetStockID(stock.ID).SetShopID(shop.ID).
		SetOnHandDelta(stock.OnHand).SetReservedDelta(0).SetCause(vocab.StockAdjusted).
		SetActorRole(vocab.Platform).SaveX(s.ctx)
	freight := c.FreightTemplate.Create().SetShopID(shop.ID).SetLogisticsClass(vocab.Ordinary).
		SetBasis(vocab.ByWeight).SetRule(document.FreightRule{Zones: []document.FreightZone{}}).
		SaveX(s.ctx)
	newPromotion := func(code string, active bool) *ent.Promotion {
		return c.Promotion.Create().SetShopID(shop.ID).SetCode(of + code).SetTitle(of + code).
			SetKind(vocab.CouponOff).SetScope(vocab.ShopScope).SetFunder(vocab.FundedByShop).
			SetRule(document.PromotionRule{}).SetStartsAt(time.Now()).SetEndsAt(time.Now()).
			SetActive(active).SaveX(s.ctx)
	}
	open, closed := newPromotion("-open", true), newPromotion("-closed", false)
	s.keep("staff of "+of, stock.ID, movement.ID, freight.ID, stock.OnHand, hidden.ID,
		closed.ID, shop.MerchantAccount)
	return &seller{shop: shop, sku: sku, stock: stock, discount: open}
}

// addOrder makes an order with everything that hangs on one, for each shop its own part.
func (s *scene) addOrder(
	name string, b *ent.Buyer, w *ent.Warehouse, sellers ...*seller,
) *ent.Order {
	c, now := s.db.Client, time.Now().UTC().Truncate(time.Microsecond)
	whole, of := "whole"+name, "buyer"+name
	id, total := globalid.New(globalid.Order), int64(0)
	address, err := json.Marshal(document.Address{Name: "receiver-" + name, Region: "上海",
		Phone: "1381234567" + name, Street: "Nanjing Road"})
	if err != nil {
		s.Fatal(err)
	}
	create := c.Order.Create().SetID(id).SetNumber("N" + name).SetBuyerID(b.ID).
		SetStatus(vocab.AwaitingShipment).SetCurrency("CNY").SetRegion("上海").
		SetMerchantAccount("secret-account").SetPayDueAt(now).SetPaidAt(now).
		SetAddress(s.keys.Seal(address, id[:])).
		SetPhoneIndex(s.blind.Full("1381234567" + name)).
		SetPhoneTailIndex(s.blind.Tail("1381234567" + name))
	if len(sellers) == 1 {
		create.SetSoleShopID(sellers[0].shop.ID)
	}
	o := create.SaveX(s.ctx)
	s.keep(of, o.ID, "receiver-"+name)
	s.event(o, nil, whole, vocab.EventOrderPlaced, document.Payload{To: "PENDING_PAYMENT"})
	counted := s.payment(o, vocab.Counted)
	late := s.payment(o, vocab.Late)
	s.keep(of, counted.ID)
	s.keep(whole, late.ID)
	returned := c.Refund.Create().SetOrderID(o.ID).SetPaymentID(late.ID).SetCurrency("CNY").
		SetTrigger(vocab.TriggerLate).SetStatus(vocab.RefundSucceeded).
		SetAmount(555_000_000).SaveX(s.ctx)
	s.keep(whole, returned.ID)
	for i, seller := range sellers {
		total += s.addPart(o, counted, w, seller, name, i)
	}
	c.Payment.UpdateOneID(counted.ID).SetAmount(total).SetPaidAmount(total).ExecX(s.ctx)
	s.event(o, nil, whole, vocab.EventOrderPaid,
		document.Payload{To: "AWAITING_SHIPMENT", Amount: total, Currency: "CNY"})
	if len(sellers) > 1 {
		s.keep(whole, total)
	}
	return o.Update().SetPayable(total).SetEventSequence(s.sequence[o.ID]).SaveX(s.ctx)
}

func (s *scene) payment(o *ent.Order, verdict vocab.Verdict) *ent.Payment {
	return s.db.Client.Payment.Create().SetOrderID(o.ID).SetChannel(vocab.Sandbox).
		SetStatus(vocab.AttemptSucceeded).SetVerdict(verdict).SetCurrency("CNY").
		SetTransactionID("T-" + string(verdict) + o.Number).SetPaidAt(time.Now().UTC()).
		SetExpiresAt(time.Now().UTC()).SaveX(s.ctx)
}

// addPart adds what one shop has of an order and returns what it costs.
func (s *scene) addPart(
	o *ent.Order, paid *ent.Payment, w *ent.Warehouse, seller *seller, name string, i int,
) int64 {
	c, shop := s.db.Client, seller.shop
	of := "buyer" + name + " " + shop.Code
	goods, freight := int64(110_000_000*(i+1)+7), int64(1_100_000*(i+1)+3)
	if name == "1" {
		goods, freight = goods+330_000, freight+33_000
	}
	sub := c.SubOrder.Create().SetNumber(fmt.Sprintf("N%s-%d", name, i+1)).SetOrderID(o.ID).
		SetBuyerID(o.BuyerID).SetShopID(shop.ID).SetWarehouseID(w.ID).
		SetLogisticsClass(vocab.Ordinary).SetStatus(vocab.AwaitingShipment).
		SetCurrency("CNY").SetListAmount(goods).SetGoodsPayable(goods).SetFreightList(freight).
		SetFreight(freight).SetFreightShares([]document.Share{}).
		SetNote("note " + of).SaveX(s.ctx)
	item := c.OrderItem.Create().SetOrderID(o.ID).SetSubOrderID(sub.ID).SetShopID(shop.ID).
		SetProductID(seller.sku.ProductID).SetSkuID(seller.sku.ID).SetSkuCode("sku " + of).
		SetTitle("title " + of).SetDeductionMode(vocab.OnOrder).SetCurrency("CNY").
		SetUnitPrice(goods).SetQuantity(1).SetListAmount(goods).SetPayable(goods).
		SetShares([]document.Share{}).SetRefundable(goods).SetRefundableQuantity(1).SaveX(s.ctx)
	refund := c.Refund.Create().SetOrderID(o.ID).SetPaymentID(paid.ID).SetSubOrderID(sub.ID).
		SetShopID(shop.ID).SetTrigger(vocab.TriggerShortage).SetCurrency("CNY").
		SetStatus(vocab.RefundFailed).SetAmount(goods - 1).SaveX(s.ctx)
	line := c.RefundLine.Create().SetRefundID(refund.ID).SetItemID(item.ID).
		SetSubOrderID(sub.ID).SetQuantity(1).SetAmount(goods - 2).SetCurrency("CNY").SaveX(s.ctx)
	coupon := c.Coupon.Create().SetPromotionID(seller.discount.ID).SetBuyerID(o.BuyerID).
		SetStatus(vocab.UseUsed).SaveX(s.ctx)
	s.addFulfilment(o, sub, item, of)
	s.event(o, shop, of, vocab.EventSubOrderPlaced, document.Payload{SubOrder: sub.ID,
		To: "PENDING_PAYMENT", Amount: goods + freight, Currency: "CNY"})
	s.keep(of, sub.ID, sub.Number, sub.Note, item.ID, item.Title, refund.ID, line.ID, coupon.ID,
		goods, freight, goods-1, goods-2, goods+freight)
	return goods + freight
}

// event appends an event and gives it a place in the feed.
func (s *scene) event(
	o *ent.Order, shop *ent.Shop, of, name string, facts document.Payload,
) *ent.Event {
	s.sequence[o.ID]++
	create := s.db.Client.Event.Create().SetOrderID(o.ID).SetSequence(s.sequence[o.ID]).
		SetType(name).SetActorRole(vocab.System).SetPayload(facts)
	if shop != nil {
		create.SetShopID(shop.ID)
	}
	e := create.SaveX(s.ctx)
	s.keep(of, e.ID)
	return e
}

// happen appends an event as a command does.
func (s *scene) happen(t *testing.T, o *ent.Order, shop *ent.Shop, name string) {
	t.Helper()
	err := s.db.Run(s.ctx, func(ctx context.Context, tx *store.Tx) error {
		locked, err := tx.LockOrder(ctx, o.ID)
		if err != nil {
			return err
		}
		log := event.On(locked, event.Actor{Role: vocab.System})
		if shop == nil {
			log.Add(name, document.Payload{})
		} else {
			log.AddFor(shop.ID, name, document.Payload{})
		}
		return log.Write(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}
