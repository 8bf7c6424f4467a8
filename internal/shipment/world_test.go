package shipment_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"

	"orderflow/ent"
	"orderflow/ent/shipment"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/seal"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

var address = document.Address{Name: "王芳", Phone: "13812345678", Region: "广东", City: "深圳",
	Street: "科技路 1 号"}

// world is a shop with a warehouse, whose parcels a courier tracks.
type world struct {
	t         *testing.T
	db        *store.DB
	orders    *order.Orders
	shipments *parcels.Shipments
	courier   *fakeCourier
	shop      *ent.Shop
	south     *ent.Warehouse
	staff     context.Context
	count     atomic.Int64
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	keys, err := seal.ParseKeyring(seal.DevelopmentKeys())
	if err != nil {
		t.Fatal(err)
	}
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db, courier: &fakeCourier{}}
	w.orders = order.New(db, keys, blind, order.Limits{Lines: 100, Quantity: 1000})
	w.shipments = parcels.New(db, []courier.Port{w.courier}, keys, slog.New(slog.DiscardHandler))
	w.shop = db.Client.Shop.Create().SetCode("tea").SetName("tea").SetCurrency("CNY").
		SetMerchantAccount("acct").SetPolicy(document.ShopPolicy{}).SaveX(t.Context())
	w.south = db.Client.Warehouse.Create().SetCode("S").SetName("South 南仓").SetRegion("广东").
		SaveX(t.Context())
	w.staff = w.as(vocab.Warehouse, w.shop.ID)
	return w
}

func (w *world) as(role vocab.Role, shops ...globalid.ID) context.Context {
	return auth.With(w.t.Context(), &auth.Viewer{Subject: "s", Role: role,
		StaffID: globalid.New(globalid.Staff), Shops: shops})
}

// sku adds a sku with units in the warehouse.
func (w *world) sku(class vocab.LogisticsClass, units int64) *ent.Sku {
	w.t.Helper()
	ctx, code := w.t.Context(), fmt.Sprintf("TEA-%d", w.count.Add(1))
	product := w.db.Client.Product.Create().SetShopID(w.shop.ID).SetCode(code).SetTitle("Tea").
		SaveX(ctx)
	sku := w.db.Client.Sku.Create().SetShopID(w.shop.ID).SetProductID(product.ID).SetCode(code).
		SetTitle("Green <tea> 绿茶").SetPrice(1000).SetCurrency("CNY").SetWeightGrams(100).
		SetLogisticsClass(class).SaveX(ctx)
	err := w.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := stock.Adjust(ctx, tx, event.Actor{Role: vocab.Platform}, sku.ID,
			w.south.ID, units, "test")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return sku
}

// paid places and pays an order of units of each sku.
func (w *world) paid(units int64, skus ...*ent.Sku) *ent.Order {
	w.t.Helper()
	b := w.db.Client.Buyer.Create().SetSubject(fmt.Sprintf("b%d", w.count.Add(1))).
		SaveX(w.t.Context())
	ctx := auth.With(w.t.Context(), &auth.Viewer{Subject: b.Subject, Role: vocab.Buyer,
		BuyerID: b.ID})
	lines := make([]order.Line, len(skus))
	for i, sku := range skus {
		lines[i] = order.Line{Sku: sku.ID, Quantity: units}
	}
	quote, err := w.orders.Quote(ctx, order.QuoteInput{Lines: lines, Region: address.Region})
	if err != nil {
		w.t.Fatal(err)
	}
	id, err := w.orders.Place(ctx, order.PlaceInput{Lines: lines, Address: address,
		ExpectedPayable: quote.Price.Totals.Payable})
	if err != nil {
		w.t.Fatal(err)
	}
	w.with(id, vocab.Channel,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
			paid, err := tx.Payment.Create().SetOrderID(id).SetChannel(vocab.Sandbox).
				SetStatus(vocab.AttemptSucceeded).SetVerdict(vocab.Counted).
				SetCurrency("CNY").SetAmount(l.Order.Payable).SetPaidAmount(l.Order.Payable).
				SetPaidAt(tx.Now).SetTransactionID(id.String()).SetExpiresAt(tx.Now).
				SetCreatedAt(tx.Now).Save(ctx)
			if err != nil {
				return err
			}
			l.Log.Add(vocab.EventPaymentStarted,
				document.Payload{Payment: paid.ID, To: string(vocab.AttemptCreated)})
			l.Log.Add(vocab.EventPaymentSucceeded, document.Payload{Payment: paid.ID,
				From: string(vocab.AttemptCreated), To: string(vocab.AttemptSucceeded)})
			facts := l.Facts(tx.Now)
			facts.AmountMatches = true
			_, err = l.Pay(ctx, tx, facts, tx.Now)
			return err
		})
	return w.order(id)
}

// buyer is who placed an order.
func (w *world) buyer(o *ent.Order) context.Context {
	return auth.With(w.t.Context(), &auth.Viewer{Subject: "b", Role: vocab.Buyer,
		BuyerID: o.BuyerID})
}

// clean fails the test when an invariant of the database does not hold.
func (w *world) clean() {
	w.t.Helper()
	report, err := verify.Run(w.t.Context(), w.db, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range report.Checks {
		for _, v := range c.Violations {
			w.t.Errorf("%s: %s %s", c.Name, v.ID, v.Detail)
		}
	}
}

// with locks an order and works on it.
func (w *world) with(
	id globalid.ID, role vocab.Role,
	work func(ctx context.Context, tx *store.Tx, l *order.Locked) error,
) {
	w.t.Helper()
	err := w.db.Run(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, id, event.Actor{Role: role})
		if err != nil {
			return err
		}
		if err := work(ctx, tx, l); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// order reads an order with its sub-orders and their items, by number.
func (w *world) order(id globalid.ID) *ent.Order {
	o := w.db.Client.Order.GetX(w.t.Context(), id)
	o.Edges.SubOrders = o.QuerySubOrders().Order(ent.Asc("number")).WithItems().
		AllX(w.t.Context())
	return o
}

func (w *world) parcel(id globalid.ID) *ent.Shipment {
	return w.db.Client.Shipment.Query().Where(shipment.ID(id)).WithItems().WithTracking().
		OnlyX(w.t.Context())
}

func (w *world) create(lines ...parcels.Line) globalid.ID {
	w.t.Helper()
	id, err := w.shipments.Create(w.staff, parcels.CreateInput{Lines: lines})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func label(id globalid.ID, number string) parcels.LabelInput {
	return parcels.LabelInput{Shipment: id, Carrier: "fake", TrackingNumber: number}
}

// shipped makes an order of one unit and hands its parcel over.
func (w *world) shipped() (o *ent.Order, parcel globalid.ID) {
	w.t.Helper()
	o = w.paid(1, w.sku(vocab.Ordinary, 1))
	parcel = w.create(parcels.Line{Item: o.Edges.SubOrders[0].Edges.Items[0].ID, Quantity: 1})
	if _, err := w.shipments.HandOver(w.staff, label(parcel, "SF-1")); err != nil {
		w.t.Fatal(err)
	}
	return w.order(o.ID), parcel
}
