package aftersale_test

import (
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// ask requests something of units of an item.
func ask(item *ent.OrderItem, kind vocab.AfterSaleKind, units int64) aftersale.RequestInput {
	return aftersale.RequestInput{SubOrder: item.SubOrderID, Kind: kind,
		Reason: vocab.ReasonNotWanted, Lines: []aftersale.Line{{Item: item.ID, Quantity: units}}}
}

func (m *bazaar) request(in aftersale.RequestInput) globalid.ID {
	m.t.Helper()
	id, err := m.sales.Request(m.buyer, in)
	m.must(err)
	return id
}

func (m *bazaar) approve(id globalid.ID) {
	m.t.Helper()
	_, err := m.sales.Approve(m.seller, aftersale.ApproveInput{AfterSale: id})
	m.must(err)
}

func (m *bazaar) reject(id globalid.ID) {
	m.t.Helper()
	_, err := m.sales.Reject(m.seller, aftersale.RejectInput{AfterSale: id,
		Reason: vocab.RejectionUsed, Statement: aftersale.Statement{Text: "worn"}})
	m.must(err)
}

// send lets the buyer give the goods of a request to a courier, and returns their parcel.
func (m *bazaar) send(id globalid.ID) globalid.ID {
	m.t.Helper()
	_, err := m.sales.SubmitReturn(m.buyer, aftersale.SendInput{AfterSale: id, Carrier: "YTO",
		TrackingNumber: "R1"})
	m.must(err)
	return m.sale(id).QueryParcels().OnlyX(m.t.Context()).ID
}

// back lets the warehouse find units of an item in a return.
func (m *bazaar) back(id globalid.ID, item *ent.OrderItem, good, damaged int64) error {
	in := aftersale.ReturnedInput{
		Lines: []aftersale.InspectedLine{{Item: item.ID, Good: good, Damaged: damaged}}}
	in.AfterSale, in.Reason, in.Images = id, vocab.RejectionIncomplete, []string{photo}
	_, err := m.sales.ConfirmReturn(m.keeper, in)
	return err
}

const photo = "https://img.example/1.jpg"

func (m *bazaar) sale(id globalid.ID) *ent.AfterSale {
	return m.db.Client.AfterSale.Query().Where(entaftersale.ID(id)).WithLines().
		OnlyX(m.t.Context())
}

func (m *bazaar) item(it *ent.OrderItem) *ent.OrderItem {
	return m.db.Client.OrderItem.GetX(m.t.Context(), it.ID)
}

func (m *bazaar) sub(it *ent.OrderItem) *ent.SubOrder {
	return m.db.Client.SubOrder.GetX(m.t.Context(), it.SubOrderID)
}

// is fails the test unless a request has that status.
func (m *bazaar) is(id globalid.ID, status vocab.AfterSaleStatus) *ent.AfterSale {
	m.t.Helper()
	a := m.sale(id)
	if a.Status != status {
		m.t.Fatalf("the request is %s, want %s", a.Status, status)
	}
	if (a.EndedAt != nil) != (status == vocab.AfterSaleCompleted ||
		status == vocab.AfterSaleWithdrawn || status == vocab.AfterSaleClosed) {
		m.t.Errorf("%s, ended at %v", status, a.EndedAt)
	}
	return a
}

// dueIn fails the test unless the deadline of a request is that far.
func (m *bazaar) dueIn(id globalid.ID, in time.Duration) {
	m.t.Helper()
	a := m.sale(id)
	if a.DueAt == nil {
		m.t.Fatalf("%s has no deadline, want one in %s", a.Status, in)
	}
	if got := a.DueAt.Sub(m.now()); got > in || got < in-time.Minute {
		m.t.Errorf("the deadline of %s is in %s, want %s", a.Status, got, in)
	}
}

// refunds fails the test unless that much came back to the buyer of an item's order.
func (m *bazaar) refunds(it *ent.OrderItem, want int64) {
	m.t.Helper()
	m.run()
	if sum := m.bank.total(); sum != want {
		m.t.Errorf("%d came back, want %d", sum, want)
	}
}

// givenBack is what the bank has paid back of an order.
func (m *bazaar) givenBack(order globalid.ID) (sum int64) {
	m.bank.mu.Lock()
	defer m.bank.mu.Unlock()
	for _, r := range m.db.Client.Refund.Query().Where(entrefund.OrderID(order)).
		IDsX(m.t.Context()) {
		sum += m.bank.paid[r.String()]
	}
	return sum
}

// holds fails the test unless an item has these left, and units in requests.
func (m *bazaar) holds(it *ent.OrderItem, units, amount, inRequests int64) {
	m.t.Helper()
	it = m.item(it)
	if it.RefundableQuantity != units || it.Refundable != amount ||
		it.AfterSaleQuantity != inRequests {
		m.t.Errorf("%d units and %d left, %d in requests; want %d, %d, %d", it.RefundableQuantity,
			it.Refundable, it.AfterSaleQuantity, units, amount, inRequests)
	}
}

// stocked fails the test unless the warehouse has that of a sku.
func (m *bazaar) stocked(sku *ent.Sku, onHand, reserved int64) {
	m.t.Helper()
	row := sku.QueryStocks().OnlyX(m.t.Context())
	if row.OnHand != onHand || row.Reserved != reserved {
		m.t.Errorf("on hand %d, reserved %d; want %d, %d", row.OnHand, row.Reserved, onHand,
			reserved)
	}
}

// trade fails the test unless the sub-order of an item has that status and open requests.
func (m *bazaar) trade(it *ent.OrderItem, status vocab.TradeStatus, requests int) {
	m.t.Helper()
	if sub := m.sub(it); sub.Status != status || sub.OpenRequests != requests {
		m.t.Errorf("trade %s with %d open requests, want %s with %d", sub.Status,
			sub.OpenRequests, status, requests)
	}
}
