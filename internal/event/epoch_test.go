package event_test

import (
	"strings"
	"sync/atomic"
	"testing"

	entevent "orderflow/ent/event"
	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// happens emits n events of an order and waits until the feed has reached a position.
func happens(t *testing.T, db *store.DB, order globalid.ID, n int, position int64) {
	t.Helper()
	for range n {
		mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
	}
	waitForHead(t, db, position)
}

// cursors receives n events and returns their cursors.
func cursors(t *testing.T, n int, next func() (event.Entry, error)) []event.Cursor {
	t.Helper()
	all := make([]event.Cursor, n)
	for i := range all {
		e, err := next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Cursor.Position != *e.Position {
			t.Fatalf("the cursor of position %d is %v", *e.Position, e.Cursor)
		}
		all[i] = e.Cursor
	}
	return all
}

// restore makes the database what a backup of a position had of the feed.
func restore(t *testing.T, db *store.DB, position int64) {
	t.Helper()
	lost := db.Client.Event.Delete().Where(entevent.PositionGT(position)).ExecX(t.Context())
	db.Client.Order.Update().AddEventSequence(-int64(lost)).ExecX(t.Context())
	db.Client.FeedHead.Update().SetPosition(position).ExecX(t.Context())
}

func newEpoch(t *testing.T, db *store.DB) {
	t.Helper()
	if err := event.NewEpoch(t.Context(), db); err != nil {
		t.Fatal(err)
	}
}

// mustExpire expects that a cursor is refused.
func mustExpire(t *testing.T, db *store.DB, after event.Cursor) {
	t.Helper()
	_, err := event.NewFeed(db).Follow(t.Context(), db.Client, event.Filter{}, &after)
	if !fault.Is(err, fault.CursorExpired) {
		t.Errorf("after %v: %v, want CURSOR_EXPIRED", after, err)
	}
}

// A cursor that is ahead of a restored database is not obeyed when the new feed has passed it: the
// events in between would be skipped.
func TestARestoredFeedKnowsItsCursors(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		order := newOrder(t, db)
		feed := event.NewFeed(db)
		stop := sequence(t, db, feed, quick("before"))
		happens(t, db, order, 6, 6)
		old := cursors(t, 6, follow(t.Context(), t, feed, db.Client, event.Filter{}, fromStart))
		stop()

		restore(t, db, 3)
		newEpoch(t, db)
		feed = event.NewFeed(db)
		sequence(t, db, feed, quick("after"))
		mustExpire(t, db, old[5])
		happens(t, db, order, 6, 9)
		for _, c := range old {
			mustExpire(t, db, c)
		}
		anew := cursors(t, 9, follow(t.Context(), t, feed, db.Client, event.Filter{}, fromStart))
		resumed := cursors(t, 4, follow(t.Context(), t, feed, db.Client, event.Filter{}, &anew[4]))
		if resumed[0] != anew[5] || resumed[3] != anew[8] {
			t.Errorf("resumed after %v with %v", anew[4], resumed)
		}
	})
}

// A cursor of one database means nothing in another, before its first event and after it.
func TestAFreshDatabaseRefusesOtherCursors(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			first, fresh := dbtest.Open(t, dialect), dbtest.Open(t, dialect)
			order, feed := newOrder(t, first), event.NewFeed(first)
			sequence(t, first, feed, quick("first"))
			happens(t, first, order, 2, 2)
			old := cursors(t, 2, follow(t.Context(), t, feed, first.Client, event.Filter{}, fromStart))

			mustExpire(t, fresh, old[0])
			feed = event.NewFeed(fresh)
			live := follow(t.Context(), t, feed, fresh.Client, event.Filter{}, nil)
			sequence(t, fresh, feed, quick("fresh"))
			order = newOrder(t, fresh)
			happens(t, fresh, order, 3, 3)
			mustExpire(t, fresh, old[0])
			if c := cursors(t, 3, live); c[2].Position != 3 {
				t.Errorf("who followed before the first event received %v", c)
			}
		})
	}
}

// Servers that run notice a new epoch, whether they have the lease of the sequencer or not, and
// tell followers on whose order nothing happens.
func TestANewEpochEndsConnectedFollowers(t *testing.T) {
	t.Parallel()
	dbtest.EachName(t, func(t *testing.T, name string) {
		var followers []func() (event.Entry, error)
		var order globalid.ID
		for i, holder := range []string{"one", "two"} {
			db := dbtest.OpenName(t, name)
			feed := event.NewFeed(db)
			sequence(t, db, feed, quick(holder))
			if i == 0 {
				order = newOrder(t, db)
				happens(t, db, order, 5, 5)
			}
			idle := event.Filter{Order: newOrder(t, db)}
			followers = append(followers,
				follow(t.Context(), t, feed, db.Client, event.Filter{Order: order}, fromStart),
				follow(t.Context(), t, feed, db.Client, idle, nil))
		}
		cursors(t, 5, followers[0])
		cursors(t, 5, followers[2])
		ended := make(chan error, len(followers))
		for _, next := range followers {
			go func() {
				_, err := next()
				ended <- err
			}()
		}
		db := dbtest.OpenName(t, name)
		restore(t, db, 2)
		newEpoch(t, db)
		for range followers {
			if err := <-ended; !fault.Is(err, fault.CursorExpired) {
				t.Errorf("a follower ended with %v", err)
			}
		}
		mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
		waitForHead(t, db, 3) // the sequencers go on
	})
}

// When another database takes the place of the first between two statements of a follower's read,
// nothing of it is delivered.
func TestANewEpochDuringARead(t *testing.T) {
	t.Parallel()
	dbtest.EachName(t, func(t *testing.T, name string) {
		db := dbtest.OpenName(t, name)
		feed := event.NewFeed(db)
		sequence(t, db, feed, quick("server"))
		happens(t, db, newOrder(t, db), 3, 3)
		var renewed atomic.Bool
		reading := dbtest.OpenName(t, name, store.Options{Observe: func(query string) {
			if strings.Contains(query, "SELECT epoch") && renewed.CompareAndSwap(false, true) {
				newEpoch(t, db)
			}
		}})
		next := follow(t.Context(), t, feed, reading.Client, event.Filter{}, fromStart)
		if e, err := next(); !fault.Is(err, fault.CursorExpired) {
			t.Errorf("received %v, %v", e, err)
		}
		if !renewed.Load() {
			t.Error("the epoch did not change during the read")
		}
	})
}
