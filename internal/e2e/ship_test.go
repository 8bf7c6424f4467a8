package e2e_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"orderflow/internal/lifecycle"
	"orderflow/internal/payment/channel/sandbox"
	"orderflow/internal/shipment/courier"
	couriersandbox "orderflow/internal/shipment/courier/sandbox"
	"orderflow/internal/terms"
)

// withCourier starts the sandbox courier in the test's process; servers started later talk to it.
func (sys *system) withCourier() *couriersandbox.Peer {
	sys.t.Helper()
	peer, err := couriersandbox.NewPeer(couriersandbox.Options{
		Path: sys.t.TempDir() + "/courier.db", Secret: []byte(peerSecret), Now: sys.clock,
	})
	if err != nil {
		sys.t.Fatal(err)
	}
	at := httptest.NewServer(peer)
	sys.courierAt = at.URL
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = peer.Run(ctx) })
	sys.t.Cleanup(func() {
		stop()
		running.Wait()
		at.Close()
		if err := peer.Close(); err != nil {
			sys.t.Error(err)
		}
	})
	return peer
}

// staff are the people of the market's shop.
type staff struct{ merchant, warehouse *user }

func (m *market) staff(s *server) staff {
	return staff{s.user("MERCHANT", "mei", m.shop), s.user("WAREHOUSE", "wu", m.shop)}
}

const viewFulfilment = `query($id: ID!) { node(id: $id) { ... on Order {
	status closeReason
	subOrders { id status warehouse { id } availableActions
		deadlines { kind dueAt }
		items { id quantity shippedQuantity refundedQuantity sku { id } } }
	shipments { id number stage carrierStage needsMerchant deliveredAt
		tracking { occurredAt stage text } items { quantity } }
	timeline { sequence type }
} } }`

func (u *user) fulfilment(s *server, order string) fields {
	u.t.Helper()
	return u.do(s, viewFulfilment, fields{"id": order})["node"].(fields)
}

// paid places and pays an order and returns it when it is to be shipped.
func (sys *system) paid(s *server, u *user, lines []fields) string {
	sys.t.Helper()
	order := u.place(s, lines)
	sys.pay(u.start(s, order), sandbox.Payment{})
	u.settles(s, order, "AWAITING_SHIPMENT")
	return order
}

// hand makes a parcel of units of an item and hands it over; it returns the parcel's id.
func (st staff) hand(s *server, item string, units int64, number string) string {
	t := st.warehouse.t
	t.Helper()
	parcel := str(must(t, st.warehouse.mutate(s, "createShipment",
		fields{"lines": []fields{{"item": item, "quantity": units}}}, "shipment { id }")),
		"shipment", "id")
	for _, step := range []string{"printPickList", "startPicking", "pack"} {
		must(t, st.warehouse.mutate(s, step, fields{"shipment": parcel}, "shipment { stage }"))
	}
	must(t, st.warehouse.mutate(s, "handOver", fields{"shipment": parcel, "carrier": "SANDBOX",
		"trackingNumber": number}, "shipment { stage }"))
	return parcel
}

// tells lets the courier know and tell something of a parcel.
func tells(
	t *testing.T, peer *couriersandbox.Peer, parcel, number string, at time.Time,
	stage lifecycle.CarrierStage,
) {
	t.Helper()
	p := courier.Parcel{Reference: parcel, Carrier: "SANDBOX", Number: number}
	err := peer.Add(t.Context(), p, courier.Event{At: at, Stage: stage, Text: string(stage)})
	if err == nil {
		err = peer.Push(t.Context(), parcel)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestFromPaidToSuccess ships one order in two parcels, one of them delivered, taken back and
// delivered again; the buyer receives by the clock, reviews, and the trade succeeds.
func TestFromPaidToSuccess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		peer := sys.withCourier()
		s := sys.start()
		m := sys.market(s, terms.OnOrder)
		st := m.staff(s)
		sku := m.sku(s, 5000, 10)
		ann := s.user("BUYER", "ann")
		order := sys.paid(s, ann, lines(sku, 3))
		seen := ann.fulfilment(s, order)
		sub := str(seen, "subOrders", 0, "id")
		item := str(seen, "subOrders", 0, "items", 0, "id")

		must(t, ann.mutate(s, "remindShipment", fields{"subOrder": sub}, "subOrder { id }"))
		if p := ann.mutate(s, "remindShipment", fields{"subOrder": sub},
			"subOrder { id }"); code(p) != "ACTION_NOT_ALLOWED" {
			t.Errorf("reminded twice a day: %v", p)
		}
		first := st.hand(s, item, 2, "SB0001")
		ann.settles(s, order, "PARTIALLY_SHIPPED")
		second := st.hand(s, item, 1, "SB0002")
		ann.settles(s, order, "SHIPPED")
		sys.until("the courier is asked for pushes", func() bool {
			all, err := peer.Subscriptions(t.Context())
			return err == nil && len(all) == 2
		})
		tells(t, peer, first, "SB0001", sys.clock(), lifecycle.CarrierDelivered)
		tells(t, peer, second, "SB0002", sys.clock(), lifecycle.CarrierInTransit)
		stage := func(parcel int) string {
			return str(ann.fulfilment(s, order), "shipments", parcel, "carrierStage")
		}
		sys.until("the track is known", func() bool {
			return stage(0) == "DELIVERED" && stage(1) == "IN_TRANSIT"
		})
		m.advance(s, 8*24*time.Hour)
		if got := ann.view(s, order)["status"]; got != "SHIPPED" {
			t.Errorf("%s although a parcel is on its way", got)
		}
		tells(t, peer, second, "SB0002", sys.clock(), lifecycle.CarrierDelivered)
		sys.until("the second parcel is delivered", func() bool { return stage(1) == "DELIVERED" })
		m.advance(s, 8*24*time.Hour)
		ann.settles(s, order, "RECEIVED")
		review := str(must(t, ann.mutate(s, "reviewItem", fields{"item": item, "rating": 5,
			"text": "好茶"}, "review { id }")), "review", "id")
		bob := s.user("BUYER", "bob")
		if p := bob.mutate(s, "appendReview", fields{"review": review, "text": "x"},
			"review { id }"); code(p) != "NOT_FOUND" {
			t.Errorf("a stranger appends: %v", p)
		}
		must(t, ann.mutate(s, "appendReview", fields{"review": review, "text": "还好"}, "review { id }"))
		must(t, st.merchant.mutate(s, "replyReview", fields{"review": review, "text": "谢谢"},
			"review { reply }"))
		m.advance(s, 8*24*time.Hour)
		ann.settles(s, order, "COMPLETED")
		sys.keeps(15_800)
		sys.verify()
	})
}

// TestARefusedParcelHoldsReceiptBack keeps a sub-order SHIPPED, as a task of the merchant.
func TestARefusedParcelHoldsReceiptBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		peer := sys.withCourier()
		s := sys.start()
		m := sys.market(s, terms.OnOrder)
		st := m.staff(s)
		sku := m.sku(s, 5000, 10)
		ann := s.user("BUYER", "ann")
		order := sys.paid(s, ann, lines(sku, 1))
		item := str(ann.fulfilment(s, order), "subOrders", 0, "items", 0, "id")
		parcel := st.hand(s, item, 1, "SB0003")
		ann.settles(s, order, "SHIPPED")
		sys.until("the courier is asked for pushes", func() bool {
			all, err := peer.Subscriptions(t.Context())
			return err == nil && len(all) == 1
		})
		tells(t, peer, parcel, "SB0003", sys.clock(), lifecycle.CarrierRefused)
		sys.until("the merchant has a task", func() bool {
			return at(st.merchant.fulfilment(s, order), "shipments", 0, "needsMerchant") == true
		})
		m.advance(s, 30*24*time.Hour)
		if got := ann.view(s, order)["status"]; got != "SHIPPED" {
			t.Errorf("%s although the parcel was refused", got)
		}
		sys.verify()
	})
}

// TestSplitTransferAndAddress changes a paid order in every way before it is shipped.
func TestSplitTransferAndAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		sys.withCourier()
		s := sys.start()
		m := sys.market(s, terms.OnOrder)
		st := m.staff(s)
		sku := m.sku(s, 5001, 5)
		ann := s.user("BUYER", "ann")
		order := sys.paid(s, ann, lines(sku, 3))
		seen := ann.fulfilment(s, order)
		sub, item := str(seen, "subOrders", 0, "id"), str(seen, "subOrders", 0, "items", 0, "id")

		change := must(t, ann.mutate(s, "requestAddressChange", fields{"order": order,
			"address": address}, "changes { id status }"))
		must(t, st.merchant.mutate(s, "answerAddressChange", fields{
			"change": str(change, "changes", 0, "id"), "accept": true}, "change { status }"))
		must(t, st.merchant.mutate(s, "addMemo", fields{"subOrder": sub, "text": "gift wrap"},
			"memo { id }"))
		must(t, st.merchant.mutate(s, "splitSubOrder", fields{"subOrder": sub,
			"lines": []fields{{"item": item, "quantity": 1}}}, "newSubOrder { id }"))

		transfer := str(must(t, st.warehouse.mutate(s, "requestTransfer", fields{"sku": sku,
			"from": m.south, "to": m.north, "quantity": 2, "item": item}, "transfer { id }")),
			"transfer", "id")
		must(t, st.warehouse.mutate(s, "shipTransfer", fields{"transfer": transfer},
			"transfer { status }"))
		must(t, st.warehouse.mutate(s, "receiveTransfer", fields{"transfer": transfer,
			"quantity": 1}, "transfer { status }"))
		must(t, st.warehouse.mutate(s, "receiveTransfer", fields{"transfer": transfer,
			"quantity": 0, "last": true}, "transfer { status }"))
		sys.until("the unit that was lost is refunded", func() bool {
			refunds := ann.view(s, order)["refunds"].([]any)
			return len(refunds) == 1 && str(refunds[0], "status") == "SUCCEEDED"
		})
		n := 0
		for _, part := range at(ann.fulfilment(s, order), "subOrders").([]any) {
			for _, it := range at(part, "items").([]any) {
				left := num(it, "quantity") - num(it, "refundedQuantity")
				if left > 0 {
					n++
					st.hand(s, str(it, "id"), left, fmt.Sprintf("SB1%03d", n))
				}
			}
		}
		seen = ann.settles(s, order, "SHIPPED")
		for _, part := range seen["subOrders"].([]any) {
			if part.(fields)["status"] == "SHIPPED" {
				must(t, ann.mutate(s, "confirmReceipt", fields{"subOrder": str(part, "id")},
					"subOrder { status }"))
			}
		}
		ann.settles(s, order, "RECEIVED")
		sys.keeps(2*5001 + 800)
		sys.verify()
	})
}
