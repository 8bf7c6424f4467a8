package order_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/seal"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// world is a shop with two warehouses and what a test adds.
type world struct {
	t      *testing.T
	db     *store.DB
	orders *order.Orders
	shop   *ent.Shop
	south  *ent.Warehouse
	north  *ent.Warehouse
	count  atomic.Int64
}

func newWorld(t *testing.T, db *store.DB, policy document.ShopPolicy) *world {
	t.Helper()
	keys, err := seal.ParseKeyring(seal.DevelopmentKeys())
	if err != nil {
		t.Fatal(err)
	}
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db}
	w.orders = order.New(db, keys, blind, order.Limits{Lines: 1000, Quantity: 100_000})
	w.shop = w.addShop("tea", "acct", policy)
	w.south = db.Client.Warehouse.Create().SetCode("S").SetName("South").SetRegion("广东").
		SaveX(t.Context())
	w.north = db.Client.Warehouse.Create().SetCode("N").SetName("North").SetRegion("北京").
		SetPriority(1).SaveX(t.Context())
	return w
}

func (w *world) addShop(code, account string, policy document.ShopPolicy) *ent.Shop {
	return w.db.Client.Shop.Create().SetCode(code).SetName(code).SetCurrency("CNY").
		SetMerchantAccount(account).SetPolicy(policy).SaveX(w.t.Context())
}

// sku adds a sku of that price with stock by warehouse.
func (w *world) sku(price int64, stocks map[*ent.Warehouse]int64) *ent.Sku {
	return w.skuOf(w.shop, vocab.Ordinary, price, stocks)
}

func (w *world) skuOf(
	shop *ent.Shop, class vocab.LogisticsClass, price int64, stocks map[*ent.Warehouse]int64,
) *ent.Sku {
	w.t.Helper()
	ctx := w.t.Context()
	code := fmt.Sprintf("c%d", w.count.Add(1))
	product := w.db.Client.Product.Create().SetShopID(shop.ID).SetCode(code).SetTitle("P").
		SaveX(ctx)
	sku := w.db.Client.Sku.Create().SetShopID(shop.ID).SetProductID(product.ID).SetCode(code).
		SetTitle(code).SetPrice(price).SetCurrency("CNY").SetWeightGrams(100).
		SetLogisticsClass(class).SaveX(ctx)
	for at, n := range stocks {
		err := w.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := stock.Adjust(ctx, tx, event.Actor{Role: vocab.Platform}, sku.ID, at.ID, n,
				"test")
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return sku
}

// buyer returns the context of a new buyer.
func (w *world) buyer() context.Context {
	n := w.count.Add(1)
	b := w.db.Client.Buyer.Create().SetSubject(fmt.Sprintf("b%d", n)).SaveX(w.t.Context())
	return auth.With(w.t.Context(), &auth.Viewer{Subject: b.Subject, Role: vocab.Buyer,
		BuyerID: b.ID})
}

var address = document.Address{Name: "王芳", Phone: "13812345678", Region: "广东", City: "深圳",
	Street: "科技路 1 号"}

// place quotes and places.
func (w *world) place(
	ctx context.Context, lines []order.Line, coupons ...globalid.ID,
) (globalid.ID, error) {
	quote, err := w.orders.Quote(ctx, order.QuoteInput{
		Lines: lines, Region: address.Region, Coupons: coupons})
	if err != nil {
		return globalid.ID{}, err
	}
	return w.orders.Place(ctx, order.PlaceInput{Lines: lines, Coupons: coupons, Address: address,
		ExpectedPayable: quote.Price.Totals.Payable})
}

func (w *world) mustPlace(ctx context.Context, lines ...order.Line) globalid.ID {
	w.t.Helper()
	id, err := w.place(ctx, lines)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// with locks an order as an actor and runs a command on it.
func (w *world) with(
	id globalid.ID, role vocab.Role,
	fn func(ctx context.Context, tx *store.Tx, l *order.Locked) error,
) error {
	return w.db.Run(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, id, event.Actor{Role: role})
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, l); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
}

func (w *world) pay(id globalid.ID) (short []order.Shortage) {
	w.t.Helper()
	err := w.with(id, vocab.Channel,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) (err error) {
			facts := l.Facts(tx.Now)
			facts.AmountMatches = true
			short, err = l.Pay(ctx, tx, facts, tx.Now)
			return err
		})
	if err != nil {
		w.t.Fatal(err)
	}
	return short
}

// parts returns the order with its sub-orders and items and checks that the amounts add up.
func (w *world) parts(id globalid.ID) *ent.Order {
	w.t.Helper()
	o := w.db.Client.Order.GetX(w.t.Context(), id)
	o.Edges.SubOrders = o.QuerySubOrders().Order(ent.Asc("number")).WithItems().
		AllX(w.t.Context())
	var payable int64
	for _, sub := range o.Edges.SubOrders {
		var goods, list int64
		for _, it := range sub.Edges.Items {
			shares := int64(0)
			for _, s := range it.Shares {
				shares += s.Amount
			}
			if it.ListAmount != it.UnitPrice*it.Quantity || it.Payable != it.ListAmount-shares {
				w.t.Errorf("item %s: list %d of %d × %d, payable %d, shares %d", it.ID,
					it.ListAmount, it.Quantity, it.UnitPrice, it.Payable, shares)
			}
			goods += it.Payable
			list += it.ListAmount
		}
		if goods != sub.GoodsPayable || list != sub.ListAmount || sub.Freight < 0 {
			w.t.Errorf("sub-order %s: %d and %d, items have %d and %d", sub.Number,
				sub.GoodsPayable, sub.ListAmount, goods, list)
		}
		payable += goods + sub.Freight
	}
	if payable != o.Payable {
		w.t.Errorf("order %d, sub-orders %d", o.Payable, payable)
	}
	return o
}

func (w *world) available(s *ent.Sku) (sum int64) {
	for _, row := range s.QueryStocks().AllX(w.t.Context()) {
		if row.OnHand < row.Reserved {
			w.t.Errorf("oversold: %d of %d", row.Reserved, row.OnHand)
		}
		sum += row.OnHand - row.Reserved
	}
	return sum
}

var year = 365 * 24 * time.Hour
