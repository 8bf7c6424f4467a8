package transfer_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
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
	"orderflow/internal/store"
	"orderflow/internal/transfer"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

// world is a shop with a sku in the south and none in the north.
type world struct {
	t            *testing.T
	db           *store.DB
	orders       *order.Orders
	payments     *payment.Payments
	catalogue    *catalogue.Catalogue
	transfers    *transfer.Transfers
	shop         *ent.Shop
	south, north *ent.Warehouse
	count        atomic.Int64
}

// each runs a test on every database of this run; at its end every invariant holds.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		test(w)
		report, err := verify.Run(t.Context(), db, nil)
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
	w := &world{t: t, db: db, catalogue: catalogue.New(db)}
	w.orders = order.New(db, keys, blind, order.Limits{Lines: 1000, Quantity: 100_000})
	w.payments = payment.New(db, map[vocab.PaymentChannel]channel.Port{}, keys,
		slog.New(slog.NewTextHandler(t.Output(), nil)))
	w.transfers = transfer.New(db, w.refundAtOnce)
	w.shop = db.Client.Shop.Create().SetCode("tea").SetName("tea").SetCurrency("CNY").
		SetMerchantAccount("acct").SetPolicy(document.ShopPolicy{}).SaveX(t.Context())
	w.south = db.Client.Warehouse.Create().SetCode("S").SetName("South").SetRegion("广东").
		SaveX(t.Context())
	w.north = db.Client.Warehouse.Create().SetCode("N").SetName("North").SetRegion("北京").
		SetPriority(1).SaveX(t.Context())
	return w
}

// staff returns the context of somebody of the shop.
func (w *world) staff(role vocab.Role, shops ...globalid.ID) context.Context {
	n := w.count.Add(1)
	s := w.db.Client.Staff.Create().SetSubject(fmt.Sprintf("s%d", n)).SetRole(role).
		SaveX(w.t.Context())
	return auth.With(w.t.Context(), &auth.Viewer{Subject: s.Subject, Role: role, StaffID: s.ID,
		Shops: shops})
}

func (w *world) keeper() context.Context { return w.staff(vocab.Warehouse, w.shop.ID) }

func (w *world) sku(price, south int64) *ent.Sku {
	w.t.Helper()
	ctx, code := w.t.Context(), fmt.Sprintf("c%d", w.count.Add(1))
	product := w.db.Client.Product.Create().SetShopID(w.shop.ID).SetCode(code).SetTitle("P").
		SaveX(ctx)
	sku := w.db.Client.Sku.Create().SetShopID(w.shop.ID).SetProductID(product.ID).SetCode(code).
		SetTitle(code).SetPrice(price).SetCurrency("CNY").SetWeightGrams(100).
		SetLogisticsClass(vocab.Ordinary).SaveX(ctx)
	if err := w.adjust(sku, w.south, south); err != nil {
		w.t.Fatal(err)
	}
	return sku
}

func (w *world) adjust(sku *ent.Sku, at *ent.Warehouse, delta int64) error {
	_, err := w.catalogue.AdjustStock(w.keeper(),
		catalogue.StockInput{Sku: sku.ID, Warehouse: at.ID, Delta: delta, Note: "count"})
	return err
}

func (w *world) place(lines ...order.Line) (globalid.ID, error) {
	n := w.count.Add(1)
	b := w.db.Client.Buyer.Create().SetSubject(fmt.Sprintf("b%d", n)).SaveX(w.t.Context())
	ctx := auth.With(w.t.Context(), &auth.Viewer{Subject: b.Subject, Role: vocab.Buyer,
		BuyerID: b.ID})
	quote, err := w.orders.Quote(ctx, order.QuoteInput{Lines: lines, Region: "广东"})
	if err != nil {
		return globalid.ID{}, err
	}
	return w.orders.Place(ctx, order.PlaceInput{Lines: lines,
		ExpectedPayable: quote.Price.Totals.Payable, Address: document.Address{Name: "王芳",
			Phone: "13812345678", Region: "广东", City: "深圳", Street: "科技路 1 号"}})
}

// bought places an order and pays it, and returns its items.
func (w *world) bought(lines ...order.Line) []*ent.OrderItem {
	w.t.Helper()
	id, err := w.place(lines...)
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.db.Run(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, id, event.Actor{Role: vocab.Channel})
		if err != nil || l.Order.Payable == 0 {
			return err
		}
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
		if _, err := l.Pay(ctx, tx, facts, tx.Now); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.db.Client.Order.GetX(w.t.Context(), id).QueryItems().Order(ent.Asc("id")).
		AllX(w.t.Context())
}

// request asks for a transfer from the south to the north.
func (w *world) request(sku *ent.Sku, units int64, item globalid.ID) (globalid.ID, error) {
	return w.transfers.Request(w.keeper(), transfer.RequestInput{Sku: sku.ID, From: w.south.ID,
		To: w.north.ID, Quantity: units, Item: item, Note: "补货"})
}

func (w *world) must(_ globalid.ID, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) mustRequest(sku *ent.Sku, units int64, item globalid.ID) globalid.ID {
	w.t.Helper()
	id, err := w.request(sku, units, item)
	w.must(id, err)
	return id
}

func (w *world) receive(id globalid.ID, units int64, last bool) (globalid.ID, error) {
	return w.transfers.Receive(w.keeper(),
		transfer.ReceiveInput{Transfer: id, Quantity: units, Last: last})
}

func (w *world) wantStock(sku *ent.Sku, at *ent.Warehouse, onHand, reserved int64) {
	w.t.Helper()
	row, err := w.db.Client.Stock.Query().Where(entstock.SkuID(sku.ID),
		entstock.WarehouseID(at.ID)).Only(w.t.Context())
	if ent.IsNotFound(err) {
		row, err = &ent.Stock{}, nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if row.OnHand != onHand || row.Reserved != reserved {
		w.t.Errorf("%s has %d, %d reserved; want %d, %d",
			at.Name, row.OnHand, row.Reserved, onHand, reserved)
	}
}

func (w *world) wantTransfer(id globalid.ID, status vocab.TransferStatus, got, lost int64) {
	w.t.Helper()
	row := w.db.Client.StockTransfer.GetX(w.t.Context(), id)
	if row.Status != status || row.ReceivedQuantity != got || row.LostQuantity != lost {
		w.t.Errorf("transfer is %s, %d received, %d lost; want %s, %d, %d", row.Status,
			row.ReceivedQuantity, row.LostQuantity, status, got, lost)
	}
}

// holds sums the reservations of an item in a status.
func (w *world) holds(item globalid.ID, status vocab.ReservationStatus) (units int64) {
	for _, r := range w.db.Client.Reservation.Query().Where(reservation.ItemID(item),
		reservation.StatusEQ(status)).AllX(w.t.Context()) {
		units += r.Quantity
	}
	return units
}

func (w *world) sub(item globalid.ID) *ent.SubOrder {
	it := w.db.Client.OrderItem.GetX(w.t.Context(), item)
	return w.db.Client.SubOrder.GetX(w.t.Context(), it.SubOrderID)
}

// itemOf is the item that a transfer is for.
func (w *world) itemOf(id globalid.ID) globalid.ID {
	w.t.Helper()
	return *w.db.Client.StockTransfer.GetX(w.t.Context(), id).ItemID
}

// events counts the events of a kind.
func (w *world) events(name string) (all []*ent.Event) {
	for _, e := range w.db.Client.Event.Query().AllX(w.t.Context()) {
		if e.Type == name {
			all = append(all, e)
		}
	}
	return all
}
