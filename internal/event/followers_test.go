package event_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// A follower that reads more slowly than the feed is pruned gets an error instead of missing
// events, and holds up nobody else.
func TestSlowFollower(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		order, want := newOrder(t, db), 450
		mustHappen(t, db, order, globalid.ID{},
			slices.Repeat([]string{vocab.EventOrderPaid}, want)...)
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		waitForHead(t, db, int64(want))
		slow := follow(t.Context(), t, feed, db.Client, event.Filter{Order: order}, fromStart)
		if _, err := slow(); err != nil {
			t.Fatal(err)
		}
		fast := follow(t.Context(), t, feed, db.Client, event.Filter{Order: order}, fromStart)
		for i := range want {
			if e, err := fast(); err != nil || *e.Position != int64(i)+1 {
				t.Fatalf("event %d: %v, %v", i+1, e, err)
			}
		}
		db.Client.FeedHead.Update().SetOldest(301).ExecX(t.Context())
		var last int64 = 1
		e, err := slow()
		for ; err == nil; e, err = slow() {
			if last++; *e.Position != last {
				t.Fatalf("position %d after %d", *e.Position, last-1)
			}
		}
		if !fault.Is(err, fault.CursorExpired) {
			t.Errorf("ended with %v", err)
		}
		if _, err := slow(); !errors.Is(err, errEnded) {
			t.Errorf("after the error came %v", err)
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
		mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
		waitForHead(t, db, 1)
		if err := broken.Close(); err != nil {
			t.Fatal(err)
		}
		next := follow(t.Context(), t, feed, broken.Client, event.Filter{}, fromStart)
		if e, err := next(); err == nil || fault.All(err) != nil || errors.Is(err, errEnded) {
			t.Errorf("%s: %v, %v", dialect, e, err)
		}
		if _, err := next(); !errors.Is(err, errEnded) {
			t.Errorf("%s: after the error came %v", dialect, err)
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
			const followers, rounds = 100, 20
			orders := newOrders(t, db, followers)
			feed := event.NewFeed(db)
			sequence(t, db, feed, quick("server"))
			streams := make([]func() (event.Entry, error), followers)
			got := make(chan error)
			for i, order := range orders {
				streams[i] = follow(t.Context(), t, feed, db.Client, event.Filter{Order: order}, nil)
				mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPlaced)
			}
			for _, next := range streams {
				go func() { // the second pull waits with its stream
					_, err := next()
					got <- err
					_, err = next()
					got <- err
				}()
			}
			for range followers {
				if err := <-got; err != nil {
					t.Fatal(err)
				}
			}
			before := statements.Load()
			busy := follow(t.Context(), t, feed, db.Client, event.Filter{Order: orders[0]}, nil)
			for range rounds {
				mustHappen(t, db, orders[0], globalid.ID{}, vocab.EventOrderPaid)
				if _, err := busy(); err != nil {
					t.Fatal(err)
				}
			}
			// Once more for each that had just been woken, but not once a round.
			if n := statements.Load() - before; n > followers*rounds/2 {
				t.Errorf("%d statements for %d events that concern one of %d followers",
					n, rounds, followers)
			}
			for _, order := range orders[1:] {
				mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
			}
			for range followers {
				if err := <-got; err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// Events that arrive while a follower reads, at whatever point of the read, are delivered once.
func TestEventsDuringARead(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			const total = 12
			name := dbtest.Name(t, dialect)
			db := dbtest.OpenName(t, name)
			order := newOrder(t, db)
			sequence(t, db, event.NewFeed(db), quick("server"))
			var events, reads atomic.Int64
			another := func(query string) {
				if !strings.Contains(query, "feed_") || !strings.HasPrefix(query, "SELECT") {
					return
				}
				if n := events.Add(1); n <= total {
					mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
					waitForHead(t, db, n)
					reads.Add(1)
				}
			}
			looking := dbtest.OpenName(t, name, store.Options{Observe: another})
			feed := event.NewFeed(looking)
			next := follow(t.Context(), t, feed, db.Client, event.Filter{Order: order}, fromStart)
			for want := int64(1); want <= total; want++ {
				if e, err := next(); err != nil || *e.Position != want {
					t.Fatalf("got %v, %v; want position %d", e, err, want)
				}
			}
			// The read that emitted the last event may still be waiting for it.
			waitUntil(t, "reads over", func() bool { return reads.Load() == total })
		})
	}
}
