package verify_test

import (
	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/catalogue"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// reversals are orders of a market at several places of the reverse flow, with their requests and
// shortages.
type reversals struct {
	intercepted claimed // the courier was not asked yet
	returned    claimed // refunded; a unit came back good, one damaged
	exchanged   claimed // agreed to; the buyer is to send the goods
	resent      claimed // what was missing was handed over again
	recalled    claimed // a unit that was not shipped is being refunded
	disputed    claimed // what came back was refused
	lacked      claimed // a unit is not there
	awaited     claimed // a unit comes from the other warehouse
	forgone     claimed // a unit that is not there is being refunded
}

// claimed is an order and what its buyer asks for, or what it lacks.
type claimed struct {
	bought
	id globalid.ID
}

func newReversals(m *market) *reversals {
	m.t.Helper()
	v := &reversals{}
	v.intercepted = m.ask(sent(m), vocab.RefundOnly, 3, vocab.ByInterception)
	m.approve(v.intercepted)
	v.returned = m.ask(received(m), vocab.ReturnAndRefund, 2, "")
	m.approve(v.returned)
	m.say(v.returned)
	m.sendBack(v.returned)
	m.must(m.inspect(v.returned, 1, 1))
	m.must(m.payments.RunRefund(m.t.Context(),
		m.request(v.returned).QueryRefunds().OnlyIDX(m.t.Context())))
	v.exchanged = m.ask(received(m), vocab.Exchange, 1, "")
	m.approve(v.exchanged)
	v.resent = m.ask(received(m), vocab.Reship, 1, "")
	m.approve(v.resent)
	m.resend(v.resent)
	v.recalled = m.ask(paid(m), vocab.RefundOnly, 1, "")
	v.disputed = m.ask(received(m), vocab.ReturnAndRefund, 2, "")
	m.approve(v.disputed)
	m.sendBack(v.disputed)
	_, err := m.sales.RefuseReturn(m.staff[vocab.Warehouse],
		refusal(v.disputed))
	m.must(err)
	v.lacked = m.lack(paid(m), 1)
	v.awaited = m.lack(paid(m), 1)
	m.await(v.awaited)
	v.forgone = m.lack(paid(m), 1)
	m.forgo(v.forgone)
	return v
}

// received is an order whose buyer has the goods.
func received(m *market) bought {
	b := sent(m)
	deliver(m, b)
	receive(m, b)
	return b
}

// ask lets the buyer ask for something about units of the order.
func (m *market) ask(
	b bought, kind vocab.AfterSaleKind, units int64, way vocab.WayBack,
) claimed {
	m.t.Helper()
	id, err := m.sales.Request(b.buyer, aftersale.RequestInput{SubOrder: b.sub, Kind: kind,
		Reason: vocab.ReasonNotWanted, Way: way,
		Lines: []aftersale.Line{{Item: b.item, Quantity: units}}})
	m.must(err)
	return claimed{bought: b, id: id}
}

func (m *market) approve(c claimed) {
	m.t.Helper()
	_, err := m.sales.Approve(m.staff[vocab.Merchant],
		aftersale.ApproveInput{AfterSale: c.id})
	m.must(err)
}

func (m *market) say(c claimed) {
	m.t.Helper()
	_, err := m.sales.AddMessage(c.buyer, c.id, aftersale.Statement{Text: "they are broken"})
	m.must(err)
}

// sendBack lets the buyer give the goods to a courier.
func (m *market) sendBack(c claimed) {
	m.t.Helper()
	_, err := m.sales.SubmitReturn(c.buyer, aftersale.SendInput{AfterSale: c.id, Carrier: "post",
		TrackingNumber: c.id.String()[4:]})
	m.must(err)
}

// inspect lets the warehouse find units of a return; the others are refused.
func (m *market) inspect(c claimed, good, damaged int64) error {
	_, err := m.sales.ConfirmReturn(m.staff[vocab.Warehouse], aftersale.ReturnedInput{
		Lines:       []aftersale.InspectedLine{{Item: c.item, Good: good, Damaged: damaged}},
		RejectInput: refusal(c)})
	return err
}

func refusal(c claimed) aftersale.RejectInput {
	return aftersale.RejectInput{AfterSale: c.id, Reason: vocab.RejectionIncomplete,
		Statement: aftersale.Statement{Images: []string{"https://img.example/1.jpg"}}}
}

// resend hands over the parcel of what a request sends.
func (m *market) resend(c claimed) globalid.ID {
	m.t.Helper()
	keeper := m.staff[vocab.Warehouse]
	_, err := m.sales.Reship(keeper, c.id)
	m.must(err)
	p := m.request(c).QueryParcels().OnlyX(m.t.Context())
	_, err = m.shipments.HandOver(keeper, shipment.LabelInput{Shipment: p.ID, Carrier: "post",
		TrackingNumber: p.ID.String()[4:]})
	m.must(err)
	return p.ID
}

func (m *market) request(c claimed) *ent.AfterSale {
	return m.db.Client.AfterSale.GetX(m.t.Context(), c.id)
}

// lack lets the warehouse tell that units are not there.
func (m *market) lack(b bought, units int64) claimed {
	m.t.Helper()
	ids, err := m.short.Report(m.staff[vocab.Warehouse], aftersale.ShortageReport{
		SubOrder: b.sub, Lines: []aftersale.ShortageLine{{Item: b.item, Quantity: units}}})
	m.must(err)
	return claimed{bought: b, id: ids[0]}
}

// await lets the buyer wait for a unit from the other warehouse.
func (m *market) await(c claimed) {
	m.t.Helper()
	sku := m.db.Client.OrderItem.GetX(m.t.Context(), c.item).SkuID
	merchant := m.staff[vocab.Merchant]
	_, err := catalogue.New(m.db).AdjustStock(merchant,
		catalogue.StockInput{Sku: sku, Warehouse: m.north.ID, Delta: 2, Note: "found"})
	m.must(err)
	_, err = m.short.Offer(merchant, aftersale.ShortageOffer{Shortage: c.id,
		Options: []vocab.ShortageOption{vocab.OptionTransfer}, Warehouse: m.north.ID})
	m.must(err)
	_, err = m.short.Choose(c.buyer,
		aftersale.ShortageChoice{Shortage: c.id, Choice: vocab.OptionTransfer})
	m.must(err)
}

// arrive sends what the buyer waits for, and receives it.
func (m *market) arrive(c claimed) {
	m.t.Helper()
	keeper := m.staff[vocab.Warehouse]
	id := *m.db.Client.Shortage.GetX(m.t.Context(), c.id).TransferID
	_, err := m.transfers.Ship(keeper, id)
	m.must(err)
	_, err = m.transfers.Receive(keeper, transfer.ReceiveInput{Transfer: id, Quantity: 1})
	m.must(err)
}

// forgo lets the buyer take the money for what is not there.
func (m *market) forgo(c claimed) {
	m.t.Helper()
	_, err := m.short.Refund(c.buyer, c.id)
	m.must(err)
}
