package aftersale_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

const price = 1000 // of every unit in these tests

// tester is what a bazaar needs of a test, or of one example of a property.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Error(args ...any)
	Log(args ...any)
}

// bazaar is a shop with a warehouse and an order of a buyer.
type bazaar struct {
	t       tester
	db      *store.DB
	bank    *bank
	orders  *order.Orders
	pays    *payment.Payments
	parcels *shipment.Shipments
	sales   *aftersale.AfterSales
	lacks   *aftersale.Shortages
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
func onEach(t *testing.T, test func(m *bazaar), policy ...document.ShopPolicy) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		p := document.ShopPolicy{}
		if len(policy) > 0 {
			p = policy[0]
		}
		m := newBazaar(t, db, p)
		test(m)
		m.verify()
	})
}

func newBazaar(t *testing.T, db *store.DB, policy document.ShopPolicy) *bazaar {
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
	m := &bazaar{t: t, db: db, bank: newBank()}
	m.orders = order.New(db, keys, blind, order.Limits{Lines: 100, Quantity: 1000})
	m.pays = payment.New(db, map[vocab.PaymentChannel]channel.Port{vocab.Sandbox: m.bank}, keys, log)
	m.parcels = shipment.New(db, nil, keys, log)
	m.sales = aftersale.New(db, m.pays, m.parcels, keys)
	m.lacks = aftersale.NewShortages(db, m.pays)
	m.pays.Short = m.lacks.OpenAtPayment
	m.pays.Refunded = func(
		ctx context.Context, tx *store.Tx, l *order.Locked, r *ent.Refund,
	) error {
		return errors.Join(m.sales.Refunded(ctx, tx, l, r), m.lacks.Refunded(ctx, tx, l, r))
	}
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
	m.buyer = auth.With(t.Context(), &auth.Viewer{Subject: "b", Role: vocab.Buyer,
		BuyerID: m.who.ID})
	m.seller = m.as(vocab.Merchant)
	m.keeper = m.as(vocab.Warehouse)
	m.judge = m.as(vocab.Support)
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

func (m *bazaar) as(role vocab.Role) context.Context {
	return auth.With(m.t.Context(), &auth.Viewer{Subject: "s", Role: role,
		StaffID: globalid.New(globalid.Staff), Shops: []globalid.ID{m.shop.ID}})
}
