package verify_test

import (
	"orderflow/ent/shipmentitem"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/review"
	"orderflow/internal/shipment"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// trades are orders of a market at several places of the forward flow.
type trades struct {
	done    bought // received and reviewed; a unit of it was refunded
	packed  bought // in a parcel that is not handed over
	carried bought // on its way to another warehouse

	parcel, review, back, change, box globalid.ID
}

func newTrades(m *market) *trades {
	m.t.Helper()
	d := &trades{done: paid(m), packed: paid(m), carried: paid(m)}
	merchant, keeper := m.staff[vocab.Merchant], m.staff[vocab.Warehouse]
	_, err := m.orders.RequestAddressChange(d.done.buyer, order.AddressInput{Order: d.done.order,
		Address: document.Address{Name: "王芳", Phone: "13812345678", Region: "广东", City: "广州",
			Street: "天河路 1 号"}})
	m.must(err)
	d.change = m.db.Client.AddressChange.Query().OnlyIDX(m.t.Context())
	_, err = m.orders.AnswerAddressChange(merchant, order.AnswerInput{Change: d.change,
		Accept: true})
	m.must(err)
	_, err = m.orders.AddMemo(merchant, order.MemoInput{SubOrder: d.done.sub, Text: "with care"})
	m.must(err)
	d.parcel = m.ship(d.done, 2)
	d.back = m.giveUp(d.done, 1)
	m.must(m.payments.RunRefund(m.t.Context(), d.back))
	deliver(m, d.done)
	receive(m, d.done)
	d.review, err = m.reviews.Review(d.done.buyer,
		review.Input{Item: d.done.item, Rating: 5, Text: "good"})
	m.must(err)
	_, err = m.reviews.Append(d.done.buyer, review.AnswerInput{Review: d.review, Text: "still"})
	m.must(err)
	box, err := m.shipments.Create(keeper,
		shipment.CreateInput{Lines: []shipment.Line{{Item: d.packed.item, Quantity: 3}}})
	m.must(err)
	d.box = m.db.Client.ShipmentItem.Query().Where(shipmentitem.ShipmentID(box)).
		OnlyIDX(m.t.Context())
	m.carry(d.carried)
	return d
}

// carry sends an order's units to the other warehouse.
func (m *market) carry(b bought) {
	m.t.Helper()
	it := m.db.Client.OrderItem.GetX(m.t.Context(), b.item)
	keeper := m.staff[vocab.Warehouse]
	id, err := m.transfers.Request(keeper, transfer.RequestInput{Sku: it.SkuID, From: m.south.ID,
		To: m.north.ID, Quantity: 3, Item: it.ID})
	m.must(err)
	_, err = m.transfers.Ship(keeper, id)
	m.must(err)
}
