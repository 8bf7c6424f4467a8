package payment_test

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func (w *world) addShop(code string) *ent.Shop {
	return w.db.Client.Shop.Create().SetCode(code).SetName(code).SetCurrency("CNY").
		SetMerchantAccount("acct").SetPolicy(document.ShopPolicy{}).SaveX(w.t.Context())
}

func (w *world) addWarehouse(code string) *ent.Warehouse {
	return w.db.Client.Warehouse.Create().SetCode(code).SetName(code).SetRegion("广东").
		SaveX(w.t.Context())
}

// sku adds a sku with stock at the first warehouse.
func (w *world) sku(shop *ent.Shop, price int64, mode vocab.DeductionMode, n int64) *ent.Sku {
	w.t.Helper()
	ctx := w.t.Context()
	code := fmt.Sprintf("c%d", w.count.Add(1))
	product := w.db.Client.Product.Create().SetShopID(shop.ID).SetCode(code).SetTitle("P").
		SaveX(ctx)
	sku := w.db.Client.Sku.Create().SetShopID(shop.ID).SetProductID(product.ID).SetCode(code).
		SetTitle(code).SetPrice(price).SetCurrency("CNY").SetWeightGrams(100).
		SetLogisticsClass(vocab.Ordinary).SetDeductionMode(mode).SaveX(ctx)
	w.addStock(sku, n)
	return sku
}

func (w *world) addStock(sku *ent.Sku, n int64) {
	w.t.Helper()
	err := w.db.Run(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := stock.Adjust(ctx, tx, event.Actor{Role: vocab.Platform}, sku.ID,
			w.house.ID, n, "test")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) available(sku *ent.Sku) (sum int64) {
	for _, row := range sku.QueryStocks().AllX(w.t.Context()) {
		sum += row.OnHand - row.Reserved
	}
	return sum
}

// buyer returns the context of a new buyer.
func (w *world) buyer() context.Context {
	n := w.count.Add(1)
	b := w.db.Client.Buyer.Create().SetSubject(fmt.Sprintf("b%d", n)).SaveX(w.t.Context())
	return auth.With(w.t.Context(), &auth.Viewer{Subject: b.Subject, Role: vocab.Buyer,
		BuyerID: b.ID})
}

// staff returns the context of staff, of these shops when it is a merchant.
func (w *world) staff(role vocab.Role, shops ...*ent.Shop) context.Context {
	v := &auth.Viewer{Role: role, StaffID: globalid.New(globalid.Staff)}
	for _, s := range shops {
		v.Shops = append(v.Shops, s.ID)
	}
	return auth.With(w.t.Context(), v)
}

func (w *world) place(buyer context.Context, lines ...order.Line) globalid.ID {
	w.t.Helper()
	address := document.Address{Name: "王芳", Phone: "13812345678", Region: "广东", City: "深圳",
		Street: "科技路 1 号"}
	quote, err := w.orders.Quote(buyer, order.QuoteInput{Lines: lines, Region: address.Region})
	if err != nil {
		w.t.Fatal(err)
	}
	id, err := w.orders.Place(buyer, order.PlaceInput{Lines: lines, Address: address,
		ExpectedPayable: quote.Price.Totals.Payable})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// checkout is a buyer with an order of two units at 50.00.
type checkout struct {
	*world
	buyer context.Context
	sku   *ent.Sku
	id    globalid.ID
}

const payable = 10_000

func (w *world) checkout(mode vocab.DeductionMode) checkout {
	w.t.Helper()
	c := checkout{world: w, buyer: w.buyer(), sku: w.sku(w.shop, payable/2, mode, 2)}
	c.id = w.place(c.buyer, order.Line{Sku: c.sku.ID, Quantity: 2})
	return c
}

// start starts a payment that must be open afterwards.
func (c checkout) start(by vocab.PaymentChannel) globalid.ID {
	c.t.Helper()
	got, err := c.payments.Start(c.buyer, payment.StartInput{Order: c.id, Channel: by})
	if err != nil || got.Problem != nil {
		c.t.Fatalf("start: %v, problem %v", err, got.Problem)
	}
	c.wantAttempt(got.Payment, vocab.AttemptOpen)
	return got.Payment
}

// buyerOf returns the context of the buyer of an order.
func (w *world) buyerOf(id globalid.ID) context.Context {
	o := w.db.Client.Order.GetX(w.t.Context(), id)
	return auth.With(w.t.Context(), &auth.Viewer{Role: vocab.Buyer, BuyerID: o.BuyerID})
}
