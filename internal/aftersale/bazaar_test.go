package aftersale_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/terms"
	"orderflow/internal/verify"
)

const price = 1000 // of every unit in these tests

// bank is a channel that pays back at once, unless it refuses.
type bank struct {
	channel.Port
	refuses atomic.Bool
	mu      sync.Mutex
	paid    map[string]int64 // by out_refund_no
}

func (*bank) Name() terms.Channel    { return terms.Sandbox }
func (*bank) Limits() channel.Limits { return channel.Limits{RefundsPerPayment: 6} }

func (b *bank) Refund(
	_ context.Context, r channel.RefundRequest,
) (channel.RefundResult, error) {
	if b.refuses.Load() {
		return channel.RefundResult{}, &channel.Refusal{Kind: channel.RefusedForGood, Code: "NO"}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.paid[r.OutRefundNo] = r.Amount
	return channel.RefundResult{OutRefundNo: r.OutRefundNo, State: channel.RefundSucceeded,
		Amount: r.Amount, SucceededAt: time.Now()}, nil
}

// bazaar is a shop with a warehouse and an order of a buyer.
type bazaar struct {
	t       *testing.T
	db      *store.DB
	bank    *bank
	orders  *order.Orders
	pays    *payment.Payments
	parcels *shipment.Shipments
	sales   *aftersale.AfterSales
	shop    *ent.Shop
	house   *ent.Warehouse
	product *ent.Product
	buyer   context.Context
	seller  context.Context
	keeper  context.Context // in the warehouse
	judge   context.Context // support
	who     *ent.Buyer
	count   atomic.Int64
}

// onEach runs a test on every database of this run, in a bazaar of its own.
func onEach(t *testing.T, test func(m *bazaar), policy ...terms.ShopPolicy) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		p := terms.ShopPolicy{}
		if len(policy) > 0 {
			p = policy[0]
		}
		m := newBazaar(t, db, p)
		test(m)
		m.verify()
	})
}

func newBazaar(t *testing.T, db *store.DB, policy terms.ShopPolicy) *bazaar {
	t.Helper()
	keys, err := seal.ParseKeyring(seal.DevelopmentKeys())
	if err != nil {
		t.Fatal(err)
	}
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	m := &bazaar{t: t, db: db, bank: &bank{paid: map[string]int64{}}}
	m.orders = order.New(db, keys, blind, order.Limits{Lines: 100, Quantity: 1000})
	m.pays = payment.New(db, map[terms.Channel]channel.Port{terms.Sandbox: m.bank}, keys, log)
	m.parcels = shipment.New(db, nil, keys, log)
	m.sales = aftersale.New(db, m.pays, m.parcels, keys)
	m.pays.Refunded = m.sales.Refunded
	m.parcels.Tracked = m.sales.ParcelTracked
	m.parcels.Intercepted = m.sales.InterceptionAnswered
	client := db.Client
	m.shop = client.Shop.Create().SetCode("tea").SetName("tea").SetCurrency("CNY").
		SetMerchantAccount("acct").SetReturnAddress("a street").SetPolicy(policy).
		SaveX(t.Context())
	m.house = client.Warehouse.Create().SetCode("S").SetName("South").SetRegion("广东").
		SaveX(t.Context())
	m.product = client.Product.Create().SetShopID(m.shop.ID).SetCode("p").SetTitle("Tea").
		SaveX(t.Context())
	m.who = client.Buyer.Create().SetSubject("b").SaveX(t.Context())
	m.buyer = auth.With(t.Context(), &auth.Viewer{Subject: "b", Role: lifecycle.Buyer,
		BuyerID: m.who.ID})
	m.seller = m.as(lifecycle.Merchant)
	m.keeper = m.as(lifecycle.Warehouse)
	m.judge = m.as(lifecycle.Support)
	return m
}

// verify fails the test unless every invariant holds.
func (m *bazaar) verify() {
	m.t.Helper()
	report, err := verify.Run(m.t.Context(), m.db, nil)
	m.must(err)
	for _, c := range report.Checks {
		for _, v := range c.Violations {
			m.t.Errorf("%s: %s %s", c.Name, v.ID, v.Detail)
		}
	}
}

func (m *bazaar) as(role lifecycle.Role) context.Context {
	return auth.With(m.t.Context(), &auth.Viewer{Subject: "s", Role: role,
		StaffID: globalid.New(globalid.Staff), Shops: []globalid.ID{m.shop.ID}})
}

// charge lets every order cost freight, for each piece.
func (m *bazaar) charge(fee int64) {
	m.db.Client.FreightTemplate.Create().SetShopID(m.shop.ID).SetLogisticsClass(terms.Ordinary).
		SetBasis(terms.ByPiece).SetRule(terms.FreightRule{Zones: []terms.FreightZone{
		{First: 1, FirstFee: fee, Step: 1}}}).SaveX(m.t.Context())
}

// sku adds a sku of the one product with units in the warehouse.
func (m *bazaar) sku(units int64) *ent.Sku {
	m.t.Helper()
	sku := m.db.Client.Sku.Create().SetShopID(m.shop.ID).SetProductID(m.product.ID).
		SetCode(fmt.Sprintf("TEA-%d", m.count.Add(1))).SetTitle("Green").SetPrice(price).
		SetCurrency("CNY").SetWeightGrams(100).SetLogisticsClass(terms.Ordinary).
		SaveX(m.t.Context())
	m.must(m.db.Run(m.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := stock.Adjust(ctx, tx, event.Actor{Role: lifecycle.Platform}, sku.ID,
			m.house.ID, units, "test")
		return err
	}))
	return sku
}

func (m *bazaar) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// refused fails the test unless err is that fault.
func (m *bazaar) refused(err error, code fault.Code) {
	m.t.Helper()
	if !fault.Is(err, code) {
		m.t.Fatalf("error %v, want %s", err, code)
	}
}

// paid places and pays an order of units of a sku and returns their item.
func (m *bazaar) paid(sku *ent.Sku, units int64) *ent.OrderItem {
	m.t.Helper()
	item := m.placed(sku, units)
	m.pay(item.OrderID)
	return m.item(item)
}

// bought places and pays an order and returns its items by sku.
func (m *bazaar) bought(lines ...order.Line) map[globalid.ID]*ent.OrderItem {
	m.t.Helper()
	id := m.place(lines...)
	m.pay(id)
	items := map[globalid.ID]*ent.OrderItem{}
	for _, it := range m.db.Client.Order.GetX(m.t.Context(), id).QueryItems().
		AllX(m.t.Context()) {
		items[it.SkuID] = it
	}
	return items
}

// placed places an order of units of a sku and returns their item.
func (m *bazaar) placed(sku *ent.Sku, units int64) *ent.OrderItem {
	m.t.Helper()
	id := m.place(order.Line{Sku: sku.ID, Quantity: units})
	return m.db.Client.Order.GetX(m.t.Context(), id).QueryItems().
		Where(orderitem.SkuID(sku.ID)).OnlyX(m.t.Context())
}

func (m *bazaar) place(lines ...order.Line) globalid.ID {
	m.t.Helper()
	address := terms.Address{Name: "王芳", Phone: "13812345678", Region: "广东", City: "深圳",
		Street: "科技路 1 号"}
	quote, err := m.orders.Quote(m.buyer, order.QuoteInput{Lines: lines, Region: "广东"})
	m.must(err)
	id, err := m.orders.Place(m.buyer, order.PlaceInput{Lines: lines, Address: address,
		ExpectedPayable: quote.Price.Totals.Payable})
	m.must(err)
	return id
}

func (m *bazaar) pay(id globalid.ID) {
	m.t.Helper()
	m.must(m.db.Run(m.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, id, event.Actor{Role: lifecycle.Channel})
		if err != nil {
			return err
		}
		paid, err := tx.Payment.Create().SetOrderID(id).SetChannel(terms.Sandbox).
			SetStatus(lifecycle.AttemptSucceeded).SetVerdict(lifecycle.Counted).
			SetCurrency("CNY").SetAmount(l.Order.Payable).SetPaidAmount(l.Order.Payable).
			SetPaidAt(tx.Now).SetTransactionID(id.String()).SetExpiresAt(tx.Now).
			SetCreatedAt(tx.Now).Save(ctx)
		if err != nil {
			return err
		}
		l.Log.Add(lifecycle.EventPaymentStarted,
			terms.Facts{Payment: paid.ID, To: string(lifecycle.AttemptCreated)})
		l.Log.Add(lifecycle.EventPaymentSucceeded, terms.Facts{Payment: paid.ID,
			From: string(lifecycle.AttemptCreated), To: string(lifecycle.AttemptSucceeded)})
		facts := l.Facts(tx.Now)
		facts.AmountMatches = true
		if _, err := l.Pay(ctx, tx, facts, tx.Now); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	}))
}

// pack makes a parcel of units of an item.
func (m *bazaar) pack(item *ent.OrderItem, units int64) globalid.ID {
	m.t.Helper()
	id, err := m.parcels.Create(m.keeper, shipment.CreateInput{
		Lines: []shipment.Line{{Item: item.ID, Quantity: units}}})
	m.must(err)
	return id
}

// shipped hands units of an item over and returns their parcel.
func (m *bazaar) shipped(item *ent.OrderItem, units int64) globalid.ID {
	m.t.Helper()
	id := m.pack(item, units)
	_, err := m.parcels.HandOver(m.keeper, shipment.LabelInput{Shipment: id, Carrier: "ZTO",
		TrackingNumber: number(id)})
	m.must(err)
	return id
}
