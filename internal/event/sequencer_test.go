package event_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Two servers sequence what sixteen writers append.
func TestPositionsHaveNoGapAndKeepEveryOrdersSequence(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			name := dbtest.Name(t, dialect)
			db := dbtest.OpenName(t, name)
			other := db // SQLite is the database of one process
			if dialect != dbtest.SQLite {
				other = dbtest.OpenName(t, name)
			}
			for _, server := range []*store.DB{db, other} {
				opts := quick("server")
				opts.Batch = 7
				sequence(t, server, event.NewFeed(server), opts)
			}
			writeMuch(t, db, other)
			waitForHead(t, db, muchWritten)
			checkFeed(t, db, muchWritten)
		})
	}
}

const (
	writers     = 16
	commands    = 12
	muchWritten = writers * commands * (1 + 2 + 3) / 3
)

// writeMuch appends to many orders from many goroutines.
func writeMuch(t *testing.T, servers ...*store.DB) {
	t.Helper()
	orders := newOrders(t, servers[0], 20)
	shops := []globalid.ID{{}, globalid.New(globalid.Shop), globalid.New(globalid.Shop)}
	var running sync.WaitGroup
	for w := range writers {
		running.Go(func() {
			for c := range commands {
				names := slices.Repeat([]string{vocab.EventSubOrderPaid}, 1+c%3)
				err := happen(t.Context(), servers[w%len(servers)], orders[rand.IntN(len(orders))],
					shops[rand.IntN(len(shops))], names...)
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
}

// Events of a shop without an order, and what was there before the first sequencer.
func TestSequencesEventsOfNoOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		order, shop := newOrder(t, db), globalid.New(globalid.Shop)
		mustHappen(t, db, order, shop, vocab.EventSubOrderPlaced, vocab.EventSubOrderPaid)
		for range 3 {
			db.Client.Event.Create().SetID(globalid.New(globalid.OrderEvent)).SetShopID(shop).
				SetType("stock.low").SetPayload(document.Payload{}).SetActorRole(vocab.System).
				SetCreatedAt(time.Now().UTC()).
				ExecX(t.Context())
		}
		sequence(t, db, event.NewFeed(db), quick("server"))
		waitForHead(t, db, 5)
		checkFeed(t, db, 5)
	})
}

// A sequencer that ends hands over at once, whatever its lease.
func TestEndingHandsOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		order := newOrder(t, db)
		opts := quick("server")
		opts.Lease = time.Hour
		for round := range 3 {
			stop := sequence(t, db, event.NewFeed(db), opts)
			mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
			waitForHead(t, db, int64(round)+1)
			stop()
		}
		checkFeed(t, db, 3)
	})
}
