package event_test

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const deadline = time.Minute

// newOrder makes the least of an order that events can belong to.
func newOrder(t *testing.T, db *store.DB) globalid.ID {
	t.Helper()
	id := globalid.New(globalid.Order)
	err := db.Client.Order.Create().SetID(id).SetNumber(id.String()).
		SetBuyerID(globalid.New(globalid.Buyer)).SetStatus(vocab.PendingPayment).
		SetCurrency("CNY").SetMerchantAccount("m").SetRegion("r").
		SetPayDueAt(time.Now().UTC()).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newOrders(t *testing.T, db *store.DB, n int) []globalid.ID {
	t.Helper()
	ids := make([]globalid.ID, n)
	for i := range ids {
		ids[i] = newOrder(t, db)
	}
	return ids
}

// happen appends events to an order in one command: of one shop, or of the whole order.
func happen(
	ctx context.Context, db *store.DB, order, shop globalid.ID, names ...string,
) error {
	return db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		locked, err := tx.LockOrder(ctx, order)
		if err != nil {
			return err
		}
		locked = store.Track(tx, locked)
		for _, name := range names {
			event.Emit(tx, locked, event.Actor{Role: vocab.System},
				event.Draft{Shop: shop, Name: name})
		}
		return nil
	})
}

func mustHappen(t *testing.T, db *store.DB, order, shop globalid.ID, names ...string) {
	t.Helper()
	if err := happen(t.Context(), db, order, shop, names...); err != nil {
		t.Fatal(err)
	}
}

// sequence runs a sequencer until the returned function is called or the test ends.
func sequence(
	t *testing.T, db *store.DB, feed *event.Feed, opts event.SequencerOptions,
) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { event.NewSequencer(db, feed, opts).Run(ctx) })
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return stop
}

func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(deadline)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%s: not within %s", what, deadline)
		}
	}
}

func waitForHead(t *testing.T, db *store.DB, position int64) {
	t.Helper()
	feed := event.NewFeed(db)
	waitUntil(t, "events sequenced", func() bool {
		head, err := feed.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return head >= position
	})
}

// checkFeed proves that all events have one position each, without a gap, and that every order's
// events stand in their sequence.
func checkFeed(t *testing.T, db *store.DB, want int) {
	t.Helper()
	events := db.Client.Event.Query().Order(entevent.ByPosition()).AllX(t.Context())
	if len(events) != want {
		t.Fatalf("%d events, want %d", len(events), want)
	}
	last := map[globalid.ID]int64{}
	for i, e := range events {
		if e.Position == nil || *e.Position != int64(i)+1 {
			t.Fatalf("event %d has position %v", i+1, e.Position)
		}
		if e.OrderID == nil {
			continue
		}
		if last[*e.OrderID]++; *e.Sequence != last[*e.OrderID] {
			t.Fatalf("order %s: sequence %d came as number %d", e.OrderID, *e.Sequence, last[*e.OrderID])
		}
	}
	if head := db.Client.FeedHead.GetX(t.Context(), 1); head.Position != int64(want) {
		t.Fatalf("head %d, want %d", head.Position, want)
	}
}

var errEnded = errors.New("the stream has ended")

// follow starts a stream that the test pulls from; errEnded marks its end, which also comes when
// the test has waited for too long.
func follow(
	ctx context.Context, t *testing.T, feed *event.Feed, read *ent.Client,
	filter event.Filter, after *event.Cursor,
) func() (event.Entry, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, deadline)
	t.Cleanup(cancel)
	stream, err := feed.Follow(ctx, read, filter, after)
	if err != nil {
		t.Fatal(err)
	}
	next, stop := iter.Pull2(stream)
	t.Cleanup(stop)
	return func() (event.Entry, error) {
		e, err, more := next()
		if !more {
			return event.Entry{}, errEnded
		}
		return e, err
	}
}

// cursorAt is the cursor of a position in the present epoch.
func cursorAt(t *testing.T, db *store.DB, position int64) *event.Cursor {
	t.Helper()
	if position == 0 {
		return fromStart
	}
	return &event.Cursor{Epoch: db.Client.FeedHead.GetX(t.Context(), 1).Epoch, Position: position}
}

// fromStart is the beginning of any feed.
var fromStart = &event.Cursor{}
