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

	"orderflow/ent/feedentry"
	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const patience = time.Minute

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
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, a.url, &websocket.DialOptions{
		HTTPClient: a.client, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{T: t, conn: conn, ctx: ctx, root: root}
	t.Cleanup(s.leave)
	s.say(vars{"type": "connection_init", "payload": vars{"Authorization": "Bearer " + token}})
	if m := s.hear(); m.Type != "connection_ack" {
		t.Fatalf("not acknowledged: %+v", m)
	}
	s.say(vars{"id": "1", "type": "subscribe",
		"payload": vars{"query": query, "variables": variables}})
	return s
}

func (s *stream) leave() { s.conn.CloseNow() }

func (s *stream) say(message vars) {
	s.Helper()
	if err := wsjson.Write(s.ctx, s.conn, message); err != nil {
		s.Fatal(err)
	}
}

type message struct {
	Type    string
	Payload json.RawMessage
}

func (s *stream) hear() (m message) {
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
	m := s.hear()
	var r answer
	if err := json.Unmarshal(m.Payload, &r); err != nil || m.Type != "next" || r.Data == nil {
		s.Fatalf("no event: %s %s", m.Type, m.Payload)
	}
	told, _ := r.Data[s.root].(map[string]any)
	if told == nil {
		s.Fatalf("no event: %s", m.Payload)
	}
	return told
}

// refused is the code that ends the stream.
func (s *stream) refused() any {
	s.Helper()
	m := s.hear()
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

// following runs a test on a scene whose events get their places in the feed.
func following(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newScene(serve(t, db, gqlserver.Limits{}))
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() {
			event.NewSequencer(db, s.feed, event.SequencerOptions{Holder: "test"}).Run(ctx)
		})
		t.Cleanup(func() { cancel(); running.Wait() })
		test(t, s)
	})
}

func TestABuyerFollowsAnOrderAndComesBack(t *testing.T) {
	t.Parallel()
	following(t, func(t *testing.T, s *scene) {
		token := s.token("buyer-0", vocab.Buyer)
		all := s.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": s.both.ID, "after": event.Cursor(0).String()})
		var cursors []any
		for i := range 4 { // what the scene itself tells
			told := all.next()
			if told["sequence"] != float64(i+1) {
				t.Fatalf("event %d: %v", i+1, told)
			}
			cursors = append(cursors, told["cursor"])
		}
		s.happen(t, s.both, s.shops[0].shop, vocab.EventSubOrderShipped)
		s.happen(t, s.sole, nil, vocab.EventOrderPaid)
		s.happen(t, s.both, nil, vocab.EventOrderPaid)
		if told := all.next(); told["type"] != "SUB_ORDER_SHIPPED" {
			t.Errorf("live: %v", told)
		}
		if told := all.next(); told["type"] != "ORDER_PAID" || told["sequence"] != 6. {
			t.Errorf("live: %v", told)
		}
		all.leave()
		s.happen(t, s.both, s.shops[1].shop, vocab.EventSubOrderShipped)
		again := s.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": s.both.ID, "after": cursors[2]})
		for i := range 4 {
			if told := again.next(); told["sequence"] != float64(i+4) {
				t.Fatalf("resumed: event %d is %v", i+4, told)
			}
		}
	})
}

func TestAMerchantFollowsAShop(t *testing.T) {
	t.Parallel()
	following(t, func(t *testing.T, s *scene) {
		token := s.token("m0", vocab.Merchant, s.shops[0].shop.ID)
		live := s.subscribe(t, token, "shopEvents", followShop, vars{
			"id": s.shops[0].shop.ID, "after": event.Cursor(0).String(),
			"types": []string{"SUB_ORDER_PLACED", "SUB_ORDER_SHIPPED"},
		})
		mine := s.subscribe(t, token, "orderEvents", followOrder,
			vars{"id": s.both.ID, "after": event.Cursor(0).String()})
		for _, told := range []map[string]any{live.next(), mine.next()} {
			parts := fmt.Sprint(told["order"].(map[string]any)["subOrders"])
			if told["type"] != "SUB_ORDER_PLACED" || parts != "[map[number:N0-1]]" {
				t.Errorf("first: %v", told)
			}
		}
		s.happen(t, s.both, nil, vocab.EventOrderPaid)
		s.happen(t, s.both, s.shops[1].shop, vocab.EventSubOrderShipped)
		s.happen(t, s.both, s.shops[0].shop, vocab.EventSubOrderPaid)
		s.happen(t, s.both, s.shops[0].shop, vocab.EventSubOrderShipped)
		if told := live.next(); told["type"] != "SUB_ORDER_SHIPPED" {
			t.Errorf("of the types wanted: %v", told)
		}
		if told := mine.next(); told["type"] != "SUB_ORDER_PAID" {
			t.Errorf("of the shop: %v", told)
		}
	})
}

func TestStreamsThatAreRefused(t *testing.T) {
	t.Parallel()
	following(t, func(t *testing.T, s *scene) {
		merchant := s.token("m0", vocab.Merchant, s.shops[0].shop.ID)
		buyer := s.token("buyer-0", vocab.Buyer)
		follower := s.subscribe(t, buyer, "orderEvents", followOrder,
			vars{"id": s.both.ID, "after": event.Cursor(0).String()})
		for range 4 {
			follower.next()
		}
		s.db.Client.FeedEntry.Delete().Where(feedentry.IDLTE(2)).ExecX(t.Context())
		for name, tc := range map[string]struct {
			token, root, query string
			variables          vars
			code               string
		}{
			"another shop's order": {merchant, "orderEvents", followOrder,
				vars{"id": s.sole.ID}, "NOT_FOUND"},
			"another shop": {merchant, "shopEvents", followShop,
				vars{"id": s.shops[1].shop.ID}, "NOT_FOUND"},
			"another buyer's order": {buyer, "orderEvents", followOrder,
				vars{"id": s.sole.ID}, "NOT_FOUND"},
			"a shop for a buyer": {buyer, "shopEvents", followShop,
				vars{"id": s.shops[0].shop.ID}, "FORBIDDEN"},
			"an old cursor": {buyer, "orderEvents", followOrder,
				vars{"id": s.both.ID, "after": event.Cursor(0).String()}, "CURSOR_EXPIRED"},
			"a made-up cursor": {buyer, "orderEvents", followOrder,
				vars{"id": s.both.ID, "after": "x"}, "BAD_USER_INPUT"},
		} {
			stream := s.subscribe(t, tc.token, tc.root, tc.query, tc.variables)
			if code := stream.refused(); code != tc.code {
				t.Errorf("%s: %v", name, code)
			}
		}
	})
}
