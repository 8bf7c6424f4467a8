package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const timeout = time.Minute

// stream is one subscription on a socket of its own.
type stream struct {
	*testing.T
	conn *websocket.Conn
	ctx  context.Context
	root string
}

// subscribe connects as graphql-transport-ws says and subscribes.
func (a *api) subscribe(t *testing.T, token, root, query string, variables vars) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, a.url, &websocket.DialOptions{
		HTTPClient: a.client, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{T: t, conn: conn, ctx: ctx, root: root}
	t.Cleanup(s.close)
	s.write(vars{"type": "connection_init", "payload": vars{"Authorization": "Bearer " + token}})
	if m := s.readMessage(); m.Type != "connection_ack" {
		t.Fatalf("not acknowledged: %+v", m)
	}
	s.write(vars{"id": "1", "type": "subscribe",
		"payload": vars{"query": query, "variables": variables}})
	return s
}

func (s *stream) close() { s.conn.CloseNow() }

func (s *stream) write(message vars) {
	s.Helper()
	if err := wsjson.Write(s.ctx, s.conn, message); err != nil {
		s.Fatal(err)
	}
}

type message struct {
	Type    string
	Payload json.RawMessage
}

func (s *stream) readMessage() (m message) {
	s.Helper()
	for m.Type == "" || m.Type == "ping" {
		m = message{}
		if err := wsjson.Read(s.ctx, s.conn, &m); err != nil {
			s.Fatal(err)
		}
	}
	return m
}

// next is the next event.
func (s *stream) next() map[string]any {
	s.Helper()
	m := s.readMessage()
	var r response
	if err := json.Unmarshal(m.Payload, &r); err != nil || m.Type != "next" || r.Data == nil {
		s.Fatalf("no event: %s %s", m.Type, m.Payload)
	}
	received, _ := r.Data[s.root].(map[string]any)
	if received == nil {
		s.Fatalf("no event: %s", m.Payload)
	}
	return received
}

// errorCode is the code that ends the stream.
func (s *stream) errorCode() any {
	s.Helper()
	m := s.readMessage()
	var errs []struct{ Extensions map[string]any }
	if err := json.Unmarshal(m.Payload, &errs); err != nil || m.Type != "error" || len(errs) == 0 {
		s.Fatalf("no error: %s %s", m.Type, m.Payload)
	}
	return errs[0].Extensions["code"]
}

const (
	followOrder = `subscription($id: ID!, $after: FeedCursor) {
		orderEvents(order: $id, after: $after) { cursor type sequence
			order { number subOrders { number } payments { id } } } }`
	followShop = `subscription($id: ID!, $after: FeedCursor, $types: [EventType!]) {
		shopEvents(shop: $id, after: $after, types: $types) { cursor type
			... on OrderEvent { order { status subOrders { number } } } } }`
)

// eachFollowed runs a test on a fixture whose events are sequenced into the feed.
func eachFollowed(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFixture(serve(t, db, gqlserver.Limits{}))
		runSequencer(t, f)
		test(t, f)
	})
}

// runSequencer assigns events their position in the feed until the test ends.
func runSequencer(t *testing.T, f *fixture) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		event.NewSequencer(f.db, f.feed, event.SequencerOptions{Holder: "test"}).Run(ctx)
	})
	t.Cleanup(func() { cancel(); running.Wait() })
}

func TestABuyerFollowsAnOrderAndResumes(t *testing.T) {
	t.Parallel()
	eachFollowed(t, func(t *testing.T, f *fixture) {
		token := f.token("buyer-0", vocab.Buyer)
		all := f.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": f.sharedOrder.ID, "after": event.Cursor{}.String()})
		var cursors []any
		for i := range 4 { // the events of the fixture
			received := all.next()
			if received["sequence"] != float64(i+1) {
				t.Fatalf("event %d: %v", i+1, received)
			}
			cursors = append(cursors, received["cursor"])
		}
		f.appendEvent(t, f.sharedOrder, f.shops[0].shop, vocab.EventSubOrderShipped)
		f.appendEvent(t, f.singleOrder, nil, vocab.EventOrderPaid)
		f.appendEvent(t, f.sharedOrder, nil, vocab.EventOrderPaid)
		if received := all.next(); received["type"] != "SUB_ORDER_SHIPPED" {
			t.Errorf("live: %v", received)
		}
		if received := all.next(); received["type"] != "ORDER_PAID" || received["sequence"] != 6. {
			t.Errorf("live: %v", received)
		}
		all.close()
		f.appendEvent(t, f.sharedOrder, f.shops[1].shop, vocab.EventSubOrderShipped)
		again := f.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": f.sharedOrder.ID, "after": cursors[2]})
		for i := range 4 {
			if received := again.next(); received["sequence"] != float64(i+4) {
				t.Fatalf("resumed: event %d is %v", i+4, received)
			}
		}
	})
}

func TestAMerchantFollowsAShop(t *testing.T) {
	t.Parallel()
	eachFollowed(t, func(t *testing.T, f *fixture) {
		token := f.token("m0", vocab.Merchant, f.shops[0].shop.ID)
		live := f.subscribe(t, token, "shopEvents", followShop, vars{
			"id": f.shops[0].shop.ID, "after": event.Cursor{}.String(),
			"types": []string{"SUB_ORDER_PLACED", "SUB_ORDER_SHIPPED"},
		})
		mine := f.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": f.sharedOrder.ID, "after": event.Cursor{}.String()})
		for _, received := range []map[string]any{live.next(), mine.next()} {
			parts := fmt.Sprint(received["order"].(map[string]any)["subOrders"])
			if received["type"] != "SUB_ORDER_PLACED" || parts != "[map[number:N0-1]]" {
				t.Errorf("first: %v", received)
			}
		}
		f.appendEvent(t, f.sharedOrder, nil, vocab.EventOrderPaid)
		f.appendEvent(t, f.sharedOrder, f.shops[1].shop, vocab.EventSubOrderShipped)
		f.appendEvent(t, f.sharedOrder, f.shops[0].shop, vocab.EventSubOrderPaid)
		f.appendEvent(t, f.sharedOrder, f.shops[0].shop, vocab.EventSubOrderShipped)
		if received := live.next(); received["type"] != "SUB_ORDER_SHIPPED" {
			t.Errorf("of the types wanted: %v", received)
		}
		if received := mine.next(); received["type"] != "SUB_ORDER_PAID" {
			t.Errorf("of the shop: %v", received)
		}
	})
}

func TestStreamsThatAreRefused(t *testing.T) {
	t.Parallel()
	eachFollowed(t, func(t *testing.T, f *fixture) {
		merchant := f.token("m0", vocab.Merchant, f.shops[0].shop.ID)
		buyer := f.token("buyer-0", vocab.Buyer)
		follower := f.subscribe(t, buyer, "orderEvents", followOrder,
			vars{"id": f.sharedOrder.ID, "after": event.Cursor{}.String()})
		for range 4 {
			follower.next()
		}
		f.db.Client.FeedHead.Update().SetOldest(3).ExecX(t.Context())
		for name, tc := range map[string]struct {
			token, root, query string
			variables          vars
			code               string
		}{
			"another shop's order": {merchant, "orderEvents", followOrder,
				vars{"id": f.singleOrder.ID}, "NOT_FOUND"},
			"another shop": {merchant, "shopEvents", followShop,
				vars{"id": f.shops[1].shop.ID}, "NOT_FOUND"},
			"another buyer's order": {buyer, "orderEvents", followOrder,
				vars{"id": f.singleOrder.ID}, "NOT_FOUND"},
			"a shop for a buyer": {buyer, "shopEvents", followShop,
				vars{"id": f.shops[0].shop.ID}, "FORBIDDEN"},
			"an old cursor": {buyer, "orderEvents", followOrder,
				vars{"id": f.sharedOrder.ID, "after": event.Cursor{}.String()}, "CURSOR_EXPIRED"},
			"a made-up cursor": {buyer, "orderEvents", followOrder,
				vars{"id": f.sharedOrder.ID, "after": "x"}, "BAD_USER_INPUT"},
		} {
			stream := f.subscribe(t, tc.token, tc.root, tc.query, tc.variables)
			if code := stream.errorCode(); code != tc.code {
				t.Errorf("%s: %v", name, code)
			}
		}
	})
}
