package e2e_test

import (
	"fmt"
	"testing"

	"orderflow/internal/vocab"
)

// waitForRefunds waits until that many refunds of an order have succeeded.
func (u *user) waitForRefunds(s *server, order string, n int) (refunds []any) {
	u.t.Helper()
	s.sys.until(fmt.Sprint(n, " refunds have succeeded"), func() bool {
		refunds = u.view(s, order)["refunds"].([]any)
		for _, refund := range refunds {
			if str(refund, "status") != "SUCCEEDED" {
				return false
			}
		}
		return len(refunds) == n
	})
	return refunds
}

// TestAPaidOrderIsChanged reminds, adds a memo, refunds, moves and loses units of a paid order
// before the rest of it is shipped.
func TestAPaidOrderIsChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		peer := sys.withCourier()
		s := sys.start()
		m := sys.newCatalogue(s, vocab.OnOrder)
		st := m.staff(s)
		sku := m.sku(s, 5001, 5)
		ann := s.user("BUYER", "ann")
		order := sys.paid(s, ann, lines(sku, 4))
		seen, item := findItem(ann.fulfilment(s, order), sku)
		sub := fields{"subOrder": str(seen, "id")}
		must(t, ann.mutate(s, "remindShipment", sub, "subOrder { id }"))
		if p := ann.mutate(s, "remindShipment", sub, "subOrder { id }"); code(p) !=
			"ACTION_NOT_ALLOWED" {
			t.Errorf("reminded twice a day: %v", p)
		}
		must(t, st.merchant.mutate(s, "addMemo", fields{"subOrder": sub["subOrder"],
			"text": "gift wrap"}, "memo { id }"))
		must(t, st.merchant.mutate(s, "closeUnshipped", fields{"subOrder": sub["subOrder"],
			"lines": []fields{units(str(item, "id"), 1)}}, "subOrder { id }"))
		if trigger := str(ann.waitForRefunds(s, order, 1)[0], "trigger"); trigger != "MERCHANT" {
			t.Errorf("refunded because of %s", trigger)
		}
		if n := m.available(s, sku); n != 2 {
			t.Errorf("%d can be sold of 5, of which 3 are to be shipped", n)
		}
		if p := m.platform.mutate(s, "adjustStock", fields{"sku": sku, "warehouse": m.south,
			"delta": -3}, "stock { id }"); code(p) != "STOCK_RESERVED" {
			t.Errorf("counted below what is reserved: %v", p)
		}
		st.loseUnit(s, m, str(seen, "id"), str(item, "id"), sku)
		short := ann.do(s, `query($id: ID!) { node(id: $id) { ... on Order {
			shortages { id } } } }`, fields{"id": order})
		must(t, st.merchant.mutate(s, "refundShortage", fields{
			"shortage": str(short, "node", "shortages", 0, "id")}, "shortage { status }"))
		ann.waitForRefunds(s, order, 2)
		st.shipRest(s, m, ann, order, peer)
		ann.settles(s, order, "RECEIVED")
		sys.keeps(2*5001 + 800)
		sys.verify()
	})
}

// loseUnit splits two units off, of which one is lost on the way to the north.
func (st staff) loseUnit(s *server, m *catalogue, sub, item, sku string) {
	t := st.merchant.t
	t.Helper()
	split := must(t, st.merchant.mutate(s, "splitSubOrder", fields{"subOrder": sub,
		"lines": []fields{units(item, 2)}}, "newSubOrder { items { id } }"))
	id := fields{"transfer": str(must(t, st.warehouse.mutate(s, "requestTransfer", fields{
		"sku": sku, "from": m.south, "to": m.north, "quantity": 2,
		"item": str(split, "newSubOrder", "items", 0, "id")}, "transfer { id }")),
		"transfer", "id")}
	must(t, st.warehouse.mutate(s, "shipTransfer", id, "transfer { status }"))
	id["quantity"] = 1
	must(t, st.warehouse.mutate(s, "receiveTransfer", id, "transfer { status }"))
	id["quantity"], id["last"] = 0, true
	must(t, st.warehouse.mutate(s, "receiveTransfer", id, "transfer { status }"))
}

// shipRest ships the unit in the north, and the other from there too, after a cancelled parcel; the
// buyer confirms both.
func (st staff) shipRest(s *server, m *catalogue, ann *user, order string, peer *testCourier) {
	t := st.merchant.t
	t.Helper()
	m.stock(s, str(at(ann.fulfilment(s, order), "subOrders", 0, "items", 0, "sku", "id")), m.north, 1)
	n := 0
	for _, sub := range at(ann.fulfilment(s, order), "subOrders").([]any) {
		item := at(sub, "items", 0)
		if str(sub, "warehouse", "id") == m.south {
			parcel := fields{"shipment": st.create(s, units(str(item, "id"), 1))}
			must(t, st.warehouse.mutate(s, "cancelShipment", parcel, "shipment { stage }"))
			must(t, st.merchant.mutate(s, "reassignWarehouse", fields{"subOrder": str(sub, "id"),
				"warehouse": m.north}, "subOrder { warehouse { id } }"))
		}
		n++
		parcel := st.ship(s, str(sub, "id"), fmt.Sprint("WRONG", n))
		right := fields{"shipment": parcel, "carrier": "SANDBOX",
			"trackingNumber": fmt.Sprint("RIGHT", n)}
		must(t, st.warehouse.mutate(s, "correctTrackingNumber", right, "shipment { id }"))
		if p := st.warehouse.mutate(s, "correctTrackingNumber", right,
			"shipment { id }"); code(p) != "ACTION_NOT_ALLOWED" {
			t.Errorf("corrected twice: %v", p)
		}
		must(t, ann.mutate(s, "confirmReceipt", fields{"subOrder": str(sub, "id")},
			"subOrder { status }"))
	}
	s.sys.until("the server has subscribed to the right numbers", func() bool {
		all, err := peer.Subscriptions(t.Context())
		return err == nil && len(all) == 2 && all[0].Number[:5] == "RIGHT" &&
			all[1].Number[:5] == "RIGHT"
	})
}
