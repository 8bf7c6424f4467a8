package graph_test

import (
	"testing"

	"orderflow/internal/event"
	"orderflow/internal/vocab"
)

// The cursors of a query are those of the stream, and every stream refuses and ends those of
// another epoch.
func TestCursorsKnowTheirDatabase(t *testing.T) {
	t.Parallel()
	eachFollowed(t, func(t *testing.T, f *fixture) {
		token := f.token("buyer-0", vocab.Buyer)
		live := f.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": f.sharedOrder.ID, "after": event.Cursor{}.String()})
		var streamed []any
		for range 4 { // the events of the fixture
			streamed = append(streamed, live.next()["cursor"])
		}
		timeline := f.cursorsOf(token)
		for i, cursor := range timeline {
			if cursor != streamed[i] {
				t.Errorf("event %d: %v in the query, %v in the stream", i+1, cursor, streamed[i])
			}
		}
		after := vars{"id": f.sharedOrder.ID, "after": timeline[0]}
		resumed := f.subscribe(t, token, "orderEvents", followOrder, after)
		if received := resumed.next(); received["cursor"] != streamed[1] {
			t.Errorf("after the first of the timeline came %v", received)
		}
		for range 2 {
			resumed.next()
		}

		if err := event.NewEpoch(t.Context(), f.db); err != nil {
			t.Fatal(err)
		}
		for _, stream := range []*stream{live, resumed,
			f.subscribe(t, token, "orderEvents", followOrder, after)} {
			if code := stream.errorCode(); code != "CURSOR_EXPIRED" {
				t.Errorf("ended with %v", code)
			}
		}
		merchant := f.token("m0", vocab.Merchant, f.shops[0].shop.ID)
		shop := f.subscribe(t, merchant, "shopEvents", followShop,
			vars{"id": f.shops[0].shop.ID, "after": timeline[3]})
		if code := shop.errorCode(); code != "CURSOR_EXPIRED" {
			t.Errorf("the shop's stream ended with %v", code)
		}
		// Clients start again from a query.
		timeline = f.cursorsOf(token)
		again := f.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": f.sharedOrder.ID, "after": timeline[3]})
		f.appendEvent(t, f.sharedOrder, nil, vocab.EventOrderPaid)
		if received := again.next(); received["type"] != "ORDER_PAID" {
			t.Errorf("after the query came %v", received)
		}
	})
}

// cursorsOf are the cursors of the shared order's timeline, which are also those of its events as
// nodes.
func (f *fixture) cursorsOf(token string) []any {
	f.Helper()
	events := f.must(token, `query($id: ID!) { node(id: $id) { ... on Order {
		timeline { id cursor } } } }`, vars{"id": f.sharedOrder.ID}).at("node", "timeline").([]any)
	cursors := make([]any, len(events))
	for i, e := range events {
		e := e.(map[string]any)
		cursors[i] = e["cursor"]
		node := f.must(token, `query($id: ID!) { node(id: $id) { ... on OrderEvent { cursor } } }`,
			vars{"id": e["id"]}).at("node", "cursor")
		if node != cursors[i] || node == nil {
			f.Errorf("event %d has the cursor %v, as a node %v", i+1, cursors[i], node)
		}
	}
	return cursors
}
