package aftersale_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

// market is a shop whose skus are in the south; what it lacks there may be in the north.
type market struct {
	t            *testing.T
	db           *store.DB
	orders       *order.Orders
	payments     *payment.Payments
	catalogue    *catalogue.Catalogue
	transfers    *transfer.Transfers
	shipments    *shipment.Shipments
	shortages    *aftersale.Shortages
	shop         *ent.Shop
	south, north *ent.Warehouse
	count        atomic.Int64
}

// purchase is a paid order of one item.
type purchase struct {
	*market
	buyer context.Context
	order globalid.ID
	item  globalid.ID
}

// onMarkets runs a test on every database of this run; at its end every invariant holds.
func onMarkets(t *testing.T, test func(m *market)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, dialect)
			test(m)
			report, err := verify.Run(t.Context(), m.db, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range report.Checks {
				for _, v := range c.Violations {
					t.Errorf("%s: %s %s", c.Name, v.ID, v.Detail)
				}
			}
		})
	}
}

func newMarket(t *testing.T, dialect string) *market {
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
	db := dbtest.Open(t, dialect, store.Options{SimulatedClock: true})
	m := &market{t: t, db: db, catalogue: catalogue.New(db),
		orders:    order.New(db, keys, blind, order.Limits{Lines: 1000, Quantity: 100_000}),
		payments:  payment.New(db, map[vocab.PaymentChannel]channel.Port{}, keys, log),
		shipments: shipment.New(db, nil, keys, log)}
	m.shortages = aftersale.NewShortages(db, m.payments)
	m.payments.Short, m.payments.Refunded = m.shortages.OpenAtPayment, m.shortages.Refunded
	m.transfers = transfer.New(db, m.shortages.OpenByTransfer)
	m.transfers.Arrived, m.transfers.Missed = m.shortages.Arrived, m.shortages.Missed
	m.shop = db.Client.Shop.Create().SetCode("tea").SetName("tea").SetCurrency("CNY").
		SetMerchantAccount("acct").SetPolicy(document.ShopPolicy{}).SaveX(t.Context())
	m.south = db.Client.Warehouse.Create().SetCode("S").SetName("South").SetRegion("广东").
		SaveX(t.Context())
	m.north = db.Client.Warehouse.Create().SetCode("N").SetName("North").SetRegion("北京").
		SetPriority(1).SaveX(t.Context())
	return m
}

// staff returns the context of somebody of the shop.
func (m *market) staff(role vocab.Role) context.Context {
	n := m.count.Add(1)
	s := m.db.Client.Staff.Create().SetSubject(fmt.Sprintf("s%d", n)).SetRole(role).
		SaveX(m.t.Context())
	return auth.With(m.t.Context(), &auth.Viewer{Subject: s.Subject, Role: role, StaffID: s.ID,
		Shops: []globalid.ID{m.shop.ID}})
}

func (m *market) merchant() context.Context { return m.staff(vocab.Merchant) }
func (m *market) keeper() context.Context   { return m.staff(vocab.Warehouse) }

func (m *market) sku(price, south int64, mode vocab.DeductionMode) *ent.Sku {
	m.t.Helper()
	ctx, code := m.t.Context(), fmt.Sprintf("c%d", m.count.Add(1))
	product := m.db.Client.Product.Create().SetShopID(m.shop.ID).SetCode(code).SetTitle("P").
		SaveX(ctx)
	sku := m.db.Client.Sku.Create().SetShopID(m.shop.ID).SetProductID(product.ID).SetCode(code).
		SetTitle(code).SetPrice(price).SetCurrency("CNY").SetWeightGrams(100).
		SetLogisticsClass(vocab.Ordinary).SetDeductionMode(mode).SaveX(ctx)
	m.stock(sku, m.south, south)
	return sku
}

// stock changes what a warehouse has.
func (m *market) stock(sku *ent.Sku, at *ent.Warehouse, delta int64) {
	m.t.Helper()
	_, err := m.catalogue.AdjustStock(m.keeper(),
		catalogue.StockInput{Sku: sku.ID, Warehouse: at.ID, Delta: delta, Note: "count"})
	m.must(err)
}

func (m *market) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// place places an order; its first item is that of the first line.
func (m *market) place(lines ...order.Line) purchase {
	m.t.Helper()
	b := m.db.Client.Buyer.Create().SetSubject(fmt.Sprintf("b%d", m.count.Add(1))).
		SaveX(m.t.Context())
	p := purchase{market: m, buyer: auth.With(m.t.Context(), &auth.Viewer{Subject: b.Subject,
		Role: vocab.Buyer, BuyerID: b.ID})}
	quote, err := m.orders.Quote(p.buyer, order.QuoteInput{Lines: lines, Region: "广东"})
	m.must(err)
	p.order, err = m.orders.Place(p.buyer, order.PlaceInput{Lines: lines,
		ExpectedPayable: quote.Price.Totals.Payable, Address: document.Address{Name: "王芳",
			Phone: "13812345678", Region: "广东", City: "深圳", Street: "科技路 1 号"}})
	m.must(err)
	for _, it := range m.db.Client.Order.GetX(m.t.Context(), p.order).QueryItems().
		AllX(m.t.Context()) {
		if it.SkuID == lines[0].Sku && it.GiftOfID == nil {
			p.item = it.ID
		}
	}
	return p
}

// pay lets the channel tell that the order is paid.
func (p purchase) pay() {
	p.t.Helper()
	payable := p.db.Client.Order.GetX(p.t.Context(), p.order).Payable
	if payable == 0 {
		return
	}
	var paid *ent.Payment
	p.must(p.db.Run(p.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, p.order, event.Actor{Role: vocab.Channel})
		if err != nil {
			return err
		}
		paid, err = tx.Payment.Create().SetOrderID(p.order).SetChannel(vocab.Sandbox).
			SetStatus(vocab.AttemptCreated).SetCurrency("CNY").SetAmount(payable).
			SetExpiresAt(l.Order.PayDueAt).SetCreatedAt(tx.Now).Save(ctx)
		if err != nil {
			return err
		}
		l.Log.Add(vocab.EventPaymentStarted,
			document.Payload{Payment: paid.ID, To: string(vocab.AttemptCreated)})
		return l.Write(ctx, tx)
	}))
	p.must(p.payments.Settle(p.t.Context(), vocab.Sandbox, channel.Charge{
		OutTradeNo: paid.ID.String(), State: channel.ChargePaid, Amount: payable,
		TransactionID: paid.ID.String(), Currency: "CNY", PaidAt: p.now()}))
}

func (m *market) now() time.Time {
	now, err := m.db.Now(m.t.Context())
	m.must(err)
	return now
}

// later moves business time.
func (m *market) later(by time.Duration) {
	m.t.Helper()
	m.must(m.db.MoveClock(m.t.Context(),
		func(now time.Time) time.Time { return now.Add(by) }))
}

// bought places an order of units of a sku and pays it.
func (m *market) bought(sku *ent.Sku, units int64, more ...order.Line) purchase {
	m.t.Helper()
	p := m.place(append([]order.Line{{Sku: sku.ID, Quantity: units}}, more...)...)
	p.pay()
	return p
}

func (p purchase) row() *ent.OrderItem { return p.db.Client.OrderItem.GetX(p.t.Context(), p.item) }

func (p purchase) sub() *ent.SubOrder {
	return p.db.Client.SubOrder.GetX(p.t.Context(), p.row().SubOrderID)
}
