package verify_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// market is a shop whose orders go through the real commands.
type market struct {
	t         *testing.T
	db        *store.DB
	orders    *order.Orders
	payments  *payment.Payments
	shipments *shipment.Shipments
	reviews   *review.Reviews
	transfers *transfer.Transfers
	sales     *aftersale.AfterSales
	short     *aftersale.Shortages
	shop      *ent.Shop
	south     *ent.Warehouse
	north     *ent.Warehouse
	promotion *ent.Promotion
	staff     map[vocab.Role]context.Context
	count     int
}

func newMarket(t *testing.T, db *store.DB) *market {
	t.Helper()
	keys, err := seal.ParseKeyring(seal.DevelopmentKeys())
	if err != nil {
		t.Fatal(err)
	}
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	m := &market{t: t, db: db, reviews: review.New(db), staff: map[vocab.Role]context.Context{}}
	m.orders = order.New(db, keys, blind, order.Limits{Lines: 100, Quantity: 1000})
	m.payments = payment.New(db, map[vocab.PaymentChannel]channel.Port{vocab.Sandbox: till{}}, keys, log)
	m.shipments = shipment.New(db, []courier.Port{post{}}, keys, log)
	m.sales = aftersale.New(db, m.payments, m.shipments, keys)
	m.short = aftersale.NewShortages(db, m.payments)
	m.transfers = transfer.New(db, m.short.OpenByTransfer)
	m.wire()
	c, ctx := db.Client, t.Context()
	m.shop = c.Shop.Create().SetCode("stall").SetName("stall").SetCurrency("CNY").
		SetMerchantAccount("m").SetPolicy(document.ShopPolicy{}).SaveX(ctx)
	m.south = c.Warehouse.Create().SetCode("S").SetName("S").SetRegion("广东").SaveX(ctx)
	m.north = c.Warehouse.Create().SetCode("N").SetName("N").SetRegion("北京").SetPriority(1).
		SaveX(ctx)
	m.promotion = c.Promotion.Create().SetCode("c").SetTitle("c").SetKind(vocab.CouponOff).
		SetScope(vocab.OrderScope).SetFunder(vocab.FundedByShop).
		SetRule(document.PromotionRule{Amount: 100}).SetStartsAt(time.Now().Add(-time.Hour)).
		SetEndsAt(time.Now().Add(time.Hour)).SaveX(ctx)
	for _, role := range []vocab.Role{
		vocab.Merchant, vocab.Warehouse, vocab.Support,
	} {
		s := c.Staff.Create().SetSubject(string(role)).SetRole(role).SaveX(ctx)
		m.staff[role] = auth.With(ctx, &auth.Viewer{Subject: s.Subject, Role: role,
			StaffID: s.ID, Shops: []globalid.ID{m.shop.ID}})
	}
	return m
}

// wire lets the packages hear of one another.
func (m *market) wire() {
	m.payments.Short = m.short.OpenAtPayment
	m.payments.Refunded = func(
		ctx context.Context, tx *store.Tx, l *order.Locked, r *ent.Refund,
	) error {
		if err := m.short.Refunded(ctx, tx, l, r); err != nil {
			return err
		}
		return m.sales.Refunded(ctx, tx, l, r)
	}
	m.transfers.Arrived, m.transfers.Missed = m.short.Arrived, m.short.Missed
	m.shipments.Tracked = m.sales.ParcelTracked
	m.shipments.Intercepted = m.sales.InterceptionAnswered
}

// bought is an order of three units of one sku with a coupon.
type bought struct {
	order, sub, item, stock, coupon globalid.ID
	buyer                           context.Context
}

// place places an order of a new buyer.
func (m *market) place() bought {
	m.t.Helper()
	c, ctx := m.db.Client, m.t.Context()
	m.count++
	name := fmt.Sprintf("n%d", m.count)
	who := c.Buyer.Create().SetSubject(name).SaveX(ctx)
	product := c.Product.Create().SetShopID(m.shop.ID).SetCode(name).SetTitle("P").SaveX(ctx)
	sku := c.Sku.Create().SetShopID(m.shop.ID).SetProductID(product.ID).SetCode(name).
		SetTitle("T").SetPrice(1000).SetCurrency("CNY").SetWeightGrams(100).
		SetLogisticsClass(vocab.Ordinary).SaveX(ctx)
	b := bought{buyer: auth.With(ctx, &auth.Viewer{Subject: name, Role: vocab.Buyer,
		BuyerID: who.ID})}
	b.coupon = c.Coupon.Create().SetPromotionID(m.promotion.ID).SetBuyerID(who.ID).
		SetStatus(vocab.UseAvailable).SaveX(ctx).ID
	m.must(m.db.Run(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		b.stock, err = stock.Adjust(ctx, tx, event.Actor{Role: vocab.Platform}, sku.ID,
			m.south.ID, 5, "")
		return err
	}))
	lines := []order.Line{{Sku: sku.ID, Quantity: 3}}
	coupons := []globalid.ID{b.coupon}
	quote, err := m.orders.Quote(b.buyer,
		order.QuoteInput{Lines: lines, Region: "广东", Coupons: coupons})
	m.must(err)
	b.order, err = m.orders.Place(b.buyer, order.PlaceInput{Lines: lines, Coupons: coupons,
		ExpectedPayable: quote.Price.Totals.Payable, Address: document.Address{Name: "王芳",
			Phone: "13812345678", Region: "广东", City: "深圳", Street: "科技路 1 号"}})
	m.must(err)
	o := c.Order.GetX(ctx, b.order)
	b.sub, b.item = o.QuerySubOrders().OnlyIDX(ctx), o.QueryItems().OnlyIDX(ctx)
	return b
}

// pay lets the buyer pay.
func (m *market) pay(b bought) {
	m.t.Helper()
	started, err := m.payments.Start(b.buyer,
		payment.StartInput{Order: b.order, Channel: vocab.Sandbox})
	m.must(err)
	row := m.db.Client.Payment.GetX(m.t.Context(), started.Payment)
	m.must(m.payments.Settle(m.t.Context(), vocab.Sandbox, channel.Charge{
		OutTradeNo: row.ID.String(), State: channel.ChargePaid, Amount: row.Amount,
		TransactionID: "t-" + row.ID.String(), Currency: row.Currency, PaidAt: time.Now()}))
}

// ship hands a parcel of some units over.
func (m *market) ship(b bought, units int64) globalid.ID {
	m.t.Helper()
	keeper := m.staff[vocab.Warehouse]
	id, err := m.shipments.Create(keeper,
		shipment.CreateInput{Lines: []shipment.Line{{Item: b.item, Quantity: units}}})
	m.must(err)
	_, err = m.shipments.HandOver(keeper,
		shipment.LabelInput{Shipment: id, Carrier: "post", TrackingNumber: id.String()[4:]})
	m.must(err)
	return id
}

// giveUp closes units that will not be shipped, and refunds them.
func (m *market) giveUp(b bought, units int64) globalid.ID {
	m.t.Helper()
	closed, err := m.payments.CloseUnshipped(m.staff[vocab.Merchant],
		payment.CloseUnshippedInput{SubOrder: b.sub,
			Lines: []payment.UnshippedLine{{Item: b.item, Quantity: units}}})
	m.must(err)
	return closed.Refund
}

func (m *market) refunds() {
	m.t.Helper()
	ids, err := m.payments.ClaimRefunds(m.t.Context(), 10)
	m.must(err)
	for _, id := range ids {
		m.must(m.payments.RunRefund(m.t.Context(), id))
	}
}

// sequence runs the sequencer until every event is in the feed.
func (m *market) sequence() {
	m.t.Helper()
	ctx, stop := context.WithTimeout(m.t.Context(), time.Minute)
	done := make(chan struct{})
	go func() {
		defer close(done)
		event.NewSequencer(m.db, event.NewFeed(m.db), event.SequencerOptions{}).Run(ctx)
	}()
	for m.db.Client.Event.Query().Where(entevent.PositionIsNil()).ExistX(ctx) {
		m.db.Bell.Ring()
	}
	stop()
	<-done
}

func (m *market) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// till is a channel that agrees to everything.
type till struct{ channel.Port }

func (till) Name() vocab.PaymentChannel { return vocab.Sandbox }
func (till) Limits() channel.Limits     { return channel.Limits{} }

func (till) Open(context.Context, channel.OpenRequest) (channel.Opened, error) {
	return channel.Opened{}, nil
}

func (till) Close(_ context.Context, number string) (channel.Charge, error) {
	return channel.Charge{OutTradeNo: number, State: channel.ChargeClosed}, nil
}

func (till) Refund(_ context.Context, in channel.RefundRequest) (channel.RefundResult, error) {
	return channel.RefundResult{OutRefundNo: in.OutRefundNo, RefundID: in.OutRefundNo,
		State: channel.RefundSucceeded, Amount: in.Amount, SucceededAt: time.Now()}, nil
}

// post is a courier that believes every push.
type post struct{ courier.Port }

func (post) Name() string                                    { return "post" }
func (post) Carries(carrier string) bool                     { return carrier == "post" }
func (post) Subscribe(context.Context, courier.Parcel) error { return nil }
func (post) AcceptPush(http.ResponseWriter)                  {}
