package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"orderflow/ent/shipment"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestParcelsAreTheSameForBuyerAndMerchant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFixture(serve(t, db, gqlserver.Limits{}))
		merchant := f.token("m0", vocab.Merchant, f.shops[0].shop.ID)
		buyer := f.token("buyer-0", vocab.Buyer)
		const query = `{ shipments(filter: {trackingNumber: "trackn0-1"}) { totalCount
			edges { node { id needsMerchant availableActions tracking { stage text } } } }
			orders(filter: {needsMerchant: true, awaitingReview: true}) { totalCount }
			other: orders(filter: {trackingNumber: "TRACKN0-2"}) { totalCount }
			viewer { orderCounts { toReview } } }`
		received := map[string]any{}
		for name, token := range map[string]string{"buyer": buyer, "merchant": merchant} {
			r := f.must(token, query, nil)
			received[name] = r.at("shipments", "edges", 0, "node", "tracking")
			if r.at("shipments", "edges", 0, "node", "tracking", 0, "stage") != "COLLECTED" ||
				r.at("orders", "totalCount") != 1. ||
				r.at("viewer", "orderCounts", "toReview") != 1. {
				t.Errorf("%s: %s", name, r.raw)
			}
			actions := fmt.Sprint(r.at("shipments", "edges", 0, "node", "availableActions"))
			want := map[string]string{"buyer": "[]",
				"merchant": "[CORRECT_TRACKING_NUMBER MARK_LOST REPORT_TRACKING]"}[name]
			seen := map[string]float64{"buyer": 1, "merchant": 0}[name]
			if actions != want || r.at("other", "totalCount") != seen {
				t.Errorf("%s: %s", name, r.raw)
			}
		}
		if fmt.Sprint(received["buyer"]) != fmt.Sprint(received["merchant"]) {
			t.Errorf("different tracks: %v", received)
		}
		mine := db.Client.Shipment.Query().Where(shipment.Number("PN0-1")).OnlyX(t.Context())
		r := f.must(merchant, `query($ids: [ID!]!) { pickListUrl(shipments: $ids) }`,
			vars{"ids": []any{mine.ID}})
		if url, _ := r.at("pickListUrl").(string); !strings.HasPrefix(url, "/print/picklists?") {
			t.Errorf("no pick list: %s", r.raw)
		}
		theirs := db.Client.Shipment.Query().Where(shipment.Number("PN0-2")).OnlyX(t.Context())
		r = f.must(merchant, `query($ids: [ID!]!) { pickListUrl(shipments: $ids) }`,
			vars{"ids": []any{theirs.ID}})
		if r.at("pickListUrl") != nil {
			t.Errorf("another shop's pick list: %s", r.raw)
		}
	})
}

func TestAParcelIsFollowed(t *testing.T) {
	t.Parallel()
	eachFollowed(t, func(t *testing.T, f *fixture) {
		parcel := f.db.Client.Shipment.Query().Where(shipment.Number("PN0-1")).OnlyX(t.Context())
		other := f.db.Client.Shipment.Query().Where(shipment.Number("PN1-1")).OnlyX(t.Context())
		const query = `subscription($id: ID!, $after: FeedCursor) {
			shipmentTracking(shipment: $id, after: $after) { cursor
				shipment { number tracking { stage } } } }`
		after := event.Cursor{}.String()
		token := f.token("buyer-0", vocab.Buyer)
		live := f.subscribe(t, token, "shipmentTracking", query,
			vars{"id": parcel.ID, "after": after})
		f.event(f.sharedOrder, f.shops[0].shop, "", vocab.EventShipmentTracked,
			document.Payload{Shipment: parcel.ID, To: "REFUSED"})
		received := live.next()
		if received["shipment"].(map[string]any)["number"] != "PN0-1" {
			t.Errorf("received %v", received)
		}
		code := f.subscribe(t, token, "shipmentTracking", query, vars{"id": other.ID})
		if code := code.errorCode(); code != "NOT_FOUND" {
			t.Errorf("another's parcel: %v", code)
		}
	})
}

func TestAnOrderIsShippedReceivedAndReviewed(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		e.place("k", 2)
		e.payOrder()
		r := e.must(e.merchant, `{ subOrders { edges { node { id availableActions
			items { id } deadlines { kind } } } } }`, nil)
		node := []any{"subOrders", "edges", 0, "node"}
		sub, item := r.at(append(node, "id")...), r.at(append(node, "items", 0, "id")...)
		if r.at(append(node, "deadlines", 0, "kind")...) != "SHIP" {
			e.Error(r.raw)
		}
		r = e.must(e.merchant, `mutation($s: ID!) { shipOrders(input: {entries: [
			{subOrder: $s, carrier: "sf", trackingNumber: "SF1"},
			{subOrder: $s, carrier: "sf", trackingNumber: "SF1"}]}) { results {
				shipment { number stage carrierStage items { quantity subOrder { status } } }
				userErrors { code } } userErrors { code message } } }`, vars{"s": sub})
		if r.at("shipOrders", "results", 0, "shipment", "items", 0, "quantity") != 2. ||
			r.at("shipOrders", "results", 1, "userErrors", 0, "code") != "ACTION_NOT_ALLOWED" {
			e.Error(r.raw)
		}
		r = e.must(e.buyer, `mutation($s: ID!) { confirmReceipt(input: {subOrder: $s}) {
			subOrder { status awaitingReview availableActions deadlines { kind } }
			userErrors { code } } }`, vars{"s": sub})
		if r.at("confirmReceipt", "subOrder", "status") != "RECEIVED" ||
			r.at("confirmReceipt", "subOrder", "deadlines", 0, "kind") != "COMPLETE" ||
			fmt.Sprint(r.at("confirmReceipt", "subOrder", "availableActions")) !=
				"[REVIEW REQUEST_AFTER_SALE]" {
			e.Error(r.raw)
		}
		r = e.must(e.buyer, `mutation($i: ID!) { reviewItem(input: {item: $i, rating: 5}) {
			review { rating availableActions item { subOrder { awaitingReview } } }
			userErrors { code } } }`, vars{"i": item})
		if fmt.Sprint(r.at("reviewItem", "review", "availableActions")) != "[APPEND_REVIEW]" ||
			r.at("reviewItem", "review", "item", "subOrder", "awaitingReview") != false {
			e.Error(r.raw)
		}
	})
}
