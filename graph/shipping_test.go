package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"orderflow/ent/shipment"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/gqlserver"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestParcelsAreTheSameForBuyerAndMerchant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newScene(serve(t, db, gqlserver.Limits{}))
		merchant := s.token("m0", vocab.Merchant, s.shops[0].shop.ID)
		buyer := s.token("buyer-0", vocab.Buyer)
		const query = `{ shipments(filter: {trackingNumber: "TRACKN0-1"}) { totalCount
			edges { node { id needsMerchant availableActions tracking { stage text } } } }
			orders(filter: {needsMerchant: true, awaitingReview: true}) { totalCount }
			other: orders(filter: {trackingNumber: "TRACKN0-2"}) { totalCount }
			viewer { orderCounts { toReview } } }`
		told := map[string]any{}
		for name, token := range map[string]string{"buyer": buyer, "merchant": merchant} {
			r := s.must(token, query, nil)
			told[name] = r.at("shipments", "edges", 0, "node", "tracking")
			if r.at("shipments", "edges", 0, "node", "tracking", 0, "stage") != "COLLECTED" ||
				r.at("orders", "totalCount") != 1. ||
				r.at("viewer", "orderCounts", "toReview") != 1. {
				t.Errorf("%s: %s", name, r.raw)
			}
			actions := fmt.Sprint(r.at("shipments", "edges", 0, "node", "availableActions"))
			want := map[string]string{"buyer": "[]",
				"merchant": "[CORRECT_TRACKING_NUMBER MARK_LOST]"}[name]
			seen := map[string]float64{"buyer": 1, "merchant": 0}[name]
			if actions != want || r.at("other", "totalCount") != seen {
				t.Errorf("%s: %s", name, r.raw)
			}
		}
		if fmt.Sprint(told["buyer"]) != fmt.Sprint(told["merchant"]) {
			t.Errorf("different tracks: %v", told)
		}
		mine := db.Client.Shipment.Query().Where(shipment.Number("PN0-1")).OnlyX(t.Context())
		r := s.must(merchant, `query($ids: [ID!]!) { pickListUrl(shipments: $ids) }`,
			vars{"ids": []any{mine.ID}})
		if url, _ := r.at("pickListUrl").(string); !strings.HasPrefix(url, "/print/picklists?") {
			t.Errorf("no pick list: %s", r.raw)
		}
		theirs := db.Client.Shipment.Query().Where(shipment.Number("PN0-2")).OnlyX(t.Context())
		r = s.must(merchant, `query($ids: [ID!]!) { pickListUrl(shipments: $ids) }`,
			vars{"ids": []any{theirs.ID}})
		if r.at("pickListUrl") != nil {
			t.Errorf("another shop's pick list: %s", r.raw)
		}
	})
}

func TestAParcelIsFollowed(t *testing.T) {
	t.Parallel()
	following(t, func(t *testing.T, s *scene) {
		parcel := s.db.Client.Shipment.Query().Where(shipment.Number("PN0-1")).OnlyX(t.Context())
		other := s.db.Client.Shipment.Query().Where(shipment.Number("PN1-1")).OnlyX(t.Context())
		const query = `subscription($id: ID!, $after: FeedCursor) {
			shipmentTracking(shipment: $id, after: $after) { cursor
				shipment { number tracking { stage } } } }`
		after := event.Cursor(0).String()
		token := s.token("buyer-0", vocab.Buyer)
		live := s.subscribe(t, token, "shipmentTracking", query,
			vars{"id": parcel.ID, "after": after})
		s.event(s.both, s.shops[0].shop, "", vocab.EventShipmentTracked,
			document.Payload{Shipment: parcel.ID, To: "REFUSED"})
		told := live.next()
		if told["shipment"].(map[string]any)["number"] != "PN0-1" {
			t.Errorf("told %v", told)
		}
		refused := s.subscribe(t, token, "shipmentTracking", query, vars{"id": other.ID})
		if code := refused.refused(); code != "NOT_FOUND" {
			t.Errorf("another's parcel: %v", code)
		}
	})
}

func TestAnOrderIsShippedReceivedAndReviewed(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m *market) {
		m.place("k", 2)
		m.pay()
		r := m.must(m.merchant, `{ subOrders { edges { node { id availableActions
			items { id } deadlines { kind } } } } }`, nil)
		node := []any{"subOrders", "edges", 0, "node"}
		sub, item := r.at(append(node, "id")...), r.at(append(node, "items", 0, "id")...)
		if r.at(append(node, "deadlines", 0, "kind")...) != "SHIP" {
			m.Error(r.raw)
		}
		r = m.must(m.merchant, `mutation($s: ID!) { shipOrders(input: {entries: [
			{subOrder: $s, carrier: "sf", trackingNumber: "SF1"},
			{subOrder: $s, carrier: "sf", trackingNumber: "SF1"}]}) { results {
				shipment { number stage carrierStage items { quantity subOrder { status } } }
				userErrors { code } } userErrors { code message } } }`, vars{"s": sub})
		if r.at("shipOrders", "results", 0, "shipment", "items", 0, "quantity") != 2. ||
			r.at("shipOrders", "results", 1, "userErrors", 0, "code") != "ACTION_NOT_ALLOWED" {
			m.Error(r.raw)
		}
		r = m.must(m.buyer, `mutation($s: ID!) { confirmReceipt(input: {subOrder: $s}) {
			subOrder { status awaitingReview availableActions deadlines { kind } }
			userErrors { code } } }`, vars{"s": sub})
		if r.at("confirmReceipt", "subOrder", "status") != "RECEIVED" ||
			r.at("confirmReceipt", "subOrder", "deadlines", 0, "kind") != "COMPLETE" ||
			fmt.Sprint(r.at("confirmReceipt", "subOrder", "availableActions")) != "[REVIEW]" {
			m.Error(r.raw)
		}
		r = m.must(m.buyer, `mutation($i: ID!) { reviewItem(input: {item: $i, rating: 5}) {
			review { rating availableActions item { subOrder { awaitingReview } } }
			userErrors { code } } }`, vars{"i": item})
		if fmt.Sprint(r.at("reviewItem", "review", "availableActions")) != "[APPEND_REVIEW]" ||
			r.at("reviewItem", "review", "item", "subOrder", "awaitingReview") != false {
			m.Error(r.raw)
		}
	})
}

// pay pays the only order as its channel would.
func (m *market) pay() {
	m.Helper()
	id := m.db.Client.Order.Query().OnlyIDX(m.Context())
	err := m.db.Run(m.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, id, event.Actor{Role: vocab.Channel})
		if err != nil {
			return err
		}
		facts := l.Facts(tx.Now)
		facts.AmountMatches = true
		if _, err := l.Pay(ctx, tx, facts, tx.Now); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
	if err != nil {
		m.Fatal(err)
	}
}
