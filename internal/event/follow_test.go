package event_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/ent/feedentry"
	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
)

// Followers that break off and resume, while writers write, see each event once and in order.
func TestResumingFollowersSeeEverythingOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		var total atomic.Int64
		var running sync.WaitGroup
		for range 4 {
			running.Go(func() {
				var seen []int64
				for end := total.Load(); end == 0 || int64(len(seen)) < end; end = total.Load() {
					seen = append(seen, someEvents(t, feed, db, int64(len(seen)))...)
					if t.Failed() {
						return
					}
				}
				for i, position := range seen {
					if position != int64(i)+1 {
						t.Errorf("event %d has position %d", i+1, position)
						return
					}
				}
			})
		}
		total.Store(int64(writeMuch(t, db)))
		running.Wait()
	})
}

// someEvents follows everything for a random number of events.
func someEvents(t *testing.T, feed *event.Feed, db *store.DB, after int64) []int64 {
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	stream, err := feed.Follow(ctx, db.Client, event.Filter{}, cursor(after))
	if err != nil {
		t.Error(err)
		return nil
	}
	var seen []int64
	few := 1 + rand.IntN(20)
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
			mustHappen(t, db, order, globalid.ID{}, lifecycle.EventOrderPlaced)
			mustHappen(t, db, order, shop, lifecycle.EventSubOrderPlaced)
			mustHappen(t, db, order, otherShop, lifecycle.EventSubOrderPlaced)
			mustHappen(t, db, order, shop, lifecycle.EventSubOrderPaid)
		}
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		waitForHead(t, db, 8)

		ownShop := ent.NewClient(ent.Driver(db.Driver()))
		ownShop.Event.Intercept(onlyOf(shop))
		paid := []string{lifecycle.EventSubOrderPaid}
		cases := map[string]struct {
			read   *ent.Client
			filter event.Filter
			want   []string
		}{
			"order": {db.Client, event.Filter{Order: orders[0]}, []string{
				lifecycle.EventOrderPlaced, lifecycle.EventSubOrderPlaced,
				lifecycle.EventSubOrderPlaced, lifecycle.EventSubOrderPaid,
			}},
			"shop": {db.Client, event.Filter{Shop: shop}, []string{
				lifecycle.EventSubOrderPlaced, lifecycle.EventSubOrderPaid,
				lifecycle.EventSubOrderPlaced, lifecycle.EventSubOrderPaid,
			}},
			"shop, by type": {db.Client, event.Filter{Shop: shop, Types: paid}, []string{
				lifecycle.EventSubOrderPaid, lifecycle.EventSubOrderPaid,
			}},
			"order and shop": {db.Client, event.Filter{Order: orders[1], Shop: otherShop}, []string{
				lifecycle.EventSubOrderPlaced,
			}},
			"order, seen by one shop": {ownShop, event.Filter{Order: orders[0]}, []string{
				lifecycle.EventSubOrderPlaced, lifecycle.EventSubOrderPaid,
			}},
		}
		for name, c := range cases {
			next := follow(t, t.Context(), feed, c.read, c.filter, cursor(0))
			var got []string
			for range c.want {
				e, err, _ := next()
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

// Without a cursor a follower hears of what comes, from the call on; with types only of those; and it
// ends with its context, without an error.
func TestFollowLive(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		order := newOrder(t, db)
		feed := event.NewFeed(db)
		// A feed of another server: no sequencer tells it anything.
		remote := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		mustHappen(t, db, order, globalid.ID{}, lifecycle.EventOrderPlaced)
		waitForHead(t, db, 1)
		for _, f := range []*event.Feed{feed, remote} {
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			filter := event.Filter{Order: order, Types: []string{lifecycle.EventOrderPaid}}
			next := follow(t, ctx, f, db.Client, filter, nil)
			for range 3 {
				mustHappen(t, db, order, globalid.ID{},
					lifecycle.EventOrderPaymentFailed, lifecycle.EventOrderPaid)
				if e, err, _ := next(); err != nil || e == nil || e.Type != lifecycle.EventOrderPaid {
					t.Fatalf("%v, %v", e, err)
				}
			}
			cancel()
			if e, err, more := next(); more {
				t.Errorf("after the end: %v, %v", e, err)
			}
		}
	})
}

func TestCursorOutsideOfTheFeed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		feed := event.NewFeed(db)
		if _, err := feed.Follow(t.Context(), db.Client, event.Filter{}, cursor(0)); err != nil {
			t.Errorf("before the first event: %v", err)
		}
		order := newOrder(t, db)
		sequence(t, db, feed, quick("server"))
		for range 10 {
			mustHappen(t, db, order, globalid.ID{}, lifecycle.EventOrderPaid)
		}
		waitForHead(t, db, 10)
		expect := func(after int64, want fault.Code) {
			t.Helper()
			_, err := feed.Follow(t.Context(), db.Client, event.Filter{Order: order}, cursor(after))
			if want == "" && err != nil || want != "" && !fault.Is(err, want) {
				t.Errorf("after %d: %v, want %q", after, err, want)
			}
		}
		expect(0, "")
		expect(10, "")
		expect(11, fault.BadUserInput)
		db.Client.FeedEntry.Delete().Where(feedentry.IDLTE(5)).ExecX(t.Context())
		expect(4, fault.CursorExpired)
		expect(5, "") // everything after it is there
		db.Client.FeedEntry.Delete().ExecX(t.Context())
		expect(9, fault.CursorExpired)
		expect(10, "")
	})
}

// Who reads more slowly than the feed is pruned hears of it instead of missing something, and holds
// up nobody else.
func TestSlowFollower(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		order, want := newOrder(t, db), 450
		mustHappen(t, db, order, globalid.ID{},
			slices.Repeat([]string{lifecycle.EventOrderPaid}, want)...)
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		waitForHead(t, db, int64(want))
		slow := follow(t, t.Context(), feed, db.Client, event.Filter{Order: order}, cursor(0))
		if _, err, _ := slow(); err != nil {
			t.Fatal(err)
		}
		fast := follow(t, t.Context(), feed, db.Client, event.Filter{Order: order}, cursor(0))
		for i := range want {
			if e, err, _ := fast(); err != nil || *e.Position != int64(i)+1 {
				t.Fatalf("event %d: %v, %v", i+1, e, err)
			}
		}
		db.Client.FeedEntry.Delete().Where(feedentry.IDLTE(300)).ExecX(t.Context())
		var last int64 = 1
		e, err, more := slow()
		for ; err == nil && more; e, err, more = slow() {
			if last++; *e.Position != last {
				t.Fatalf("position %d after %d", *e.Position, last-1)
			}
		}
		if !fault.Is(err, fault.CursorExpired) {
			t.Errorf("ended with %v", err)
		}
		if _, _, more := slow(); more {
			t.Error("something came after the error")
		}
	})
}

func TestReadErrorEndsTheStream(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		name := dbtest.Name(t, dialect)
		db := dbtest.OpenName(t, name)
		broken, err := store.Open(t.Context(), name, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		order := newOrder(t, db)
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		mustHappen(t, db, order, globalid.ID{}, lifecycle.EventOrderPaid)
		waitForHead(t, db, 1)
		if err := broken.Close(); err != nil {
			t.Fatal(err)
		}
		next := follow(t, t.Context(), feed, broken.Client, event.Filter{}, cursor(0))
		if e, err, _ := next(); err == nil || fault.All(err) != nil {
			t.Errorf("%s: %v, %v", dialect, e, err)
		}
		if _, _, more := next(); more {
			t.Errorf("%s: something came after the error", dialect)
		}
	}
}

// What happens on one order costs nothing for those who follow others.
func TestIdleFollowersDoNotRead(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var statements atomic.Int64
			db := dbtest.Open(t, dialect, store.Options{
				Observe: func(string) { statements.Add(1) },
			})
			const followers, rounds = 200, 20
			orders := newOrders(t, db, followers)
			feed := event.NewFeed(db)
			sequence(t, db, feed, quick("server"))
			streams := make([]func() (*ent.Event, error, bool), followers)
			got := make(chan error)
			for i, order := range orders {
				streams[i] = follow(t, t.Context(), feed, db.Client, event.Filter{Order: order}, nil)
				mustHappen(t, db, order, globalid.ID{}, lifecycle.EventOrderPlaced)
			}
			for _, next := range streams {
				go func() { // the second pull waits with its stream
					_, err, _ := next()
					got <- err
					_, err, _ = next()
					got <- err
				}()
			}
			for range followers {
				if err := <-got; err != nil {
					t.Fatal(err)
				}
			}
			before := statements.Load()
			busy := follow(t, t.Context(), feed, db.Client, event.Filter{Order: orders[0]}, nil)
			for range rounds {
				mustHappen(t, db, orders[0], globalid.ID{}, lifecycle.EventOrderPaid)
				if _, err, _ := busy(); err != nil {
					t.Fatal(err)
				}
			}
			// Once more for each that had just been woken, but not once a round.
			if n := statements.Load() - before; n > followers*rounds/2 {
				t.Errorf("%d statements for %d events that concern one of %d followers",
					n, rounds, followers)
			}
			for _, order := range orders[1:] {
				mustHappen(t, db, order, globalid.ID{}, lifecycle.EventOrderPaid)
			}
			for range followers {
				if err := <-got; err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
