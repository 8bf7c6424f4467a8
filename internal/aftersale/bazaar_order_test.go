package aftersale_test

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// charge lets every order cost freight, for each piece.
func (m *bazaar) charge(fee int64) {
	m.db.Client.FreightTemplate.Create().SetShopID(m.shop.ID).SetLogisticsClass(vocab.Ordinary).
		SetBasis(vocab.ByPiece).SetRule(document.FreightRule{Zones: []document.FreightZone{
		{First: 1, FirstFee: fee, Step: 1}}}).SaveX(m.t.Context())
}

// sku adds a sku of the one product with units in the warehouse.
func (m *bazaar) sku(units int64) *ent.Sku {
	m.t.Helper()
	return m.priced(units, price)
}

func (m *bazaar) priced(units, each int64) *ent.Sku {
	m.t.Helper()
	sku := m.db.Client.Sku.Create().SetShopID(m.shop.ID).SetProductID(m.product.ID).
		SetCode(fmt.Sprintf("TEA-%d", m.count.Add(1))).SetTitle("Green").SetPrice(each).
		SetCurrency("CNY").SetWeightGrams(100).SetLogisticsClass(vocab.Ordinary).
		SaveX(m.t.Context())
	m.must(m.db.Run(m.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := stock.Adjust(ctx, tx, event.Actor{Role: vocab.Platform}, sku.ID,
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
	address := document.Address{Name: "王芳", Phone: "13812345678", Region: "广东", City: "深圳",
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
		l, err := order.Lock(ctx, tx, id, event.Actor{Role: vocab.Channel})
		if err != nil {
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
