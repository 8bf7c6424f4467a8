package event_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Followers that break off and resume, while writers write, see each event once and in order.
func TestResumingFollowersSeeEverythingOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		var running sync.WaitGroup
		for range 4 {
			running.Go(func() {
				var seen []int64
				for len(seen) < muchWritten && !t.Failed() {
					seen = append(seen, someEvents(t, feed, db, int64(len(seen)))...)
				}
				for i, position := range seen {
					if position != int64(i)+1 {
						t.Errorf("event %d has position %d", i+1, position)
						return
					}
				}
			})
		}
		writeMuch(t, db)
		running.Wait()
	})
}

// someEvents follows everything for a random number of events.
func someEvents(t *testing.T, feed *event.Feed, db *store.DB, after int64) []int64 {
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	stream, err := feed.Follow(ctx, db.Client, event.Filter{}, cursorAt(t, db, after))
	if err != nil {
		t.Error(err)
		return nil
	}
	var seen []int64
	few := min(1+rand.IntN(20), muchWritten-int(after))
	for e, err := range stream {
		if err != nil {
			t.Error(err)
			return nil
		}
		seen = append(seen, *e.Position)
		if len(seen) == few || rand.IntN(10) == 0 {
			return seen
		}
	}
	t.Error("no event within the deadline")
	return nil
}

func TestFollowFilters(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		orders := newOrders(t, db, 2)
		shop, otherShop := globalid.New(globalid.Shop), globalid.New(globalid.Shop)
		for _, order := range orders {
			mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPlaced)
			mustHappen(t, db, order, shop, vocab.EventSubOrderPlaced)
			mustHappen(t, db, order, otherShop, vocab.EventSubOrderPlaced)
			mustHappen(t, db, order, shop, vocab.EventSubOrderPaid)
		}
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		waitForHead(t, db, 8)

		ownShop := ent.NewClient(ent.Driver(db.Driver()))
		ownShop.Event.Intercept(onlyOf(shop))
		paid := []string{vocab.EventSubOrderPaid}
		cases := map[string]struct {
			read   *ent.Client
			filter event.Filter
			want   []string
		}{
			"order": {db.Client, event.Filter{Order: orders[0]}, []string{
				vocab.EventOrderPlaced, vocab.EventSubOrderPlaced,
				vocab.EventSubOrderPlaced, vocab.EventSubOrderPaid,
			}},
			"shop": {db.Client, event.Filter{Shop: shop}, []string{
				vocab.EventSubOrderPlaced, vocab.EventSubOrderPaid,
				vocab.EventSubOrderPlaced, vocab.EventSubOrderPaid,
			}},
			"shop, by type": {db.Client, event.Filter{Shop: shop, Types: paid}, []string{
				vocab.EventSubOrderPaid, vocab.EventSubOrderPaid,
			}},
			"order and shop": {db.Client, event.Filter{Order: orders[1], Shop: otherShop}, []string{
				vocab.EventSubOrderPlaced,
			}},
			"order, seen by one shop": {ownShop, event.Filter{Order: orders[0]}, []string{
				vocab.EventSubOrderPlaced, vocab.EventSubOrderPaid,
			}},
		}
		for name, c := range cases {
			next := follow(t.Context(), t, feed, c.read, c.filter, fromStart)
			var got []string
			for range c.want {
				e, err := next()
				if err != nil {
					t.Fatal(name, err)
				}
				got = append(got, e.Type)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	})
}

func onlyOf(shop globalid.ID) ent.Interceptor {
	return ent.TraverseFunc(func(_ context.Context, q ent.Query) error {
		q.(*ent.EventQuery).Where(func(s *sql.Selector) {
			s.Where(sql.EQ(s.C(entevent.FieldShopID), shop))
		})
		return nil
	})
}

// Without a cursor a follower gets the events from the call on; with types only of those; and
// it ends with its context, without an error.
func TestFollowLive(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		order := newOrder(t, db)
		feed := event.NewFeed(db)
		// A feed of another server: no sequencer notifies it.
		remote := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPlaced)
		waitForHead(t, db, 1)
		for _, f := range []*event.Feed{feed, remote} {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			filter := event.Filter{Order: order, Types: []string{vocab.EventOrderPaid}}
			next := follow(ctx, t, f, db.Client, filter, nil)
			for range 3 {
				mustHappen(t, db, order, globalid.ID{},
					vocab.EventOrderPaymentFailed, vocab.EventOrderPaid)
				if e, err := next(); err != nil || e.Type != vocab.EventOrderPaid {
					t.Fatalf("%v, %v", e, err)
				}
			}
			cancel()
			if e, err := next(); !errors.Is(err, errEnded) {
				t.Errorf("after the end: %v, %v", e, err)
			}
		}
	})
}

func TestCursorOutsideOfTheFeed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		feed := event.NewFeed(db)
		if _, err := feed.Follow(t.Context(), db.Client, event.Filter{}, fromStart); err != nil {
			t.Errorf("before the first event: %v", err)
		}
		order := newOrder(t, db)
		sequence(t, db, feed, quick("server"))
		for range 10 {
			mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
		}
		waitForHead(t, db, 10)
		expect := func(after int64, want fault.Code) {
			t.Helper()
			_, err := feed.Follow(t.Context(), db.Client, event.Filter{Order: order},
				cursorAt(t, db, after))
			if want == "" && err != nil || want != "" && !fault.Is(err, want) {
				t.Errorf("after %d: %v, want %q", after, err, want)
			}
		}
		expect(0, "")
		expect(10, "")
		expect(11, fault.BadUserInput)
		db.Client.FeedHead.Update().SetOldest(6).ExecX(t.Context())
		expect(4, fault.CursorExpired)
		expect(5, "") // everything after it is there
		db.Client.FeedHead.Update().SetOldest(11).ExecX(t.Context())
		expect(9, fault.CursorExpired)
		expect(10, "")
	})
}
