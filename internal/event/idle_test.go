package event_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// fleet is two servers on one database, in the time of a synctest bubble: of one the sequencer
// works, of the other a follower reads.
type fleet struct {
	*testing.T
	leader, other *store.DB
	statements    map[*store.DB]*atomic.Int64
	order         globalid.ID
}

func inBubble(t *testing.T, test func(f *fleet)) {
	t.Helper()
	name := dbtest.Name(t, dbtest.SQLite)
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{T: t, statements: map[*store.DB]*atomic.Int64{}}
		open := func() *store.DB {
			n := &atomic.Int64{}
			db, err := store.Open(t.Context(), name,
				store.Options{Observe: func(string) { n.Add(1) }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			f.statements[db] = n
			return db
		}
		f.leader, f.other = open(), open()
		f.order = newOrder(t, f.leader)
		test(f)
	})
}

// follow counts the events that a follower on a feed has received.
func (f *fleet) follow(db *store.DB, feed *event.Feed) (received *atomic.Int64) {
	f.Helper()
	stream, err := feed.Follow(f.Context(), db.Client, event.Filter{}, fromStart)
	if err != nil {
		f.Fatal(err)
	}
	received = &atomic.Int64{}
	done := make(chan struct{})
	f.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		for _, err := range stream {
			if err != nil {
				f.Error(err)
				return
			}
			received.Add(1)
		}
	}()
	return received
}

// perMinute lets a minute pass and returns how many statements a server made.
func (f *fleet) perMinute(db *store.DB) int64 {
	synctest.Wait()
	before := f.statements[db].Load()
	time.Sleep(time.Minute)
	synctest.Wait()
	return f.statements[db].Load() - before
}

func TestAnIdleFeedRests(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *fleet) {
		feed := event.NewFeed(f.leader)
		sequence(f.T, f.leader, feed, event.SequencerOptions{})
		f.follow(f.leader, feed)
		f.follow(f.other, event.NewFeed(f.other))
		time.Sleep(time.Minute)
		// The sequencer checks once a second, and its own feed hardly needs to.
		if n := f.perMinute(f.leader); n < 40 || n > 100 {
			f.Errorf("%d statements a minute of a sequencer and a follower", n)
		}
		if n := f.perMinute(f.other); n < 40 || n > 80 {
			f.Errorf("%d statements a minute of a follower elsewhere", n)
		}
	})
}

// An event of a server that does not lead reaches all followers within two long rests when all was
// idle, and within two short ones while events keep coming.
func TestRestsShrinkWithTraffic(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *fleet) {
		feed := event.NewFeed(f.leader)
		sequence(f.T, f.leader, feed, event.SequencerOptions{})
		here := f.follow(f.leader, feed)
		there := f.follow(f.other, event.NewFeed(f.other))
		const longest, short = 2500 * time.Millisecond, time.Second
		want := int64(0)
		happens := func(on *store.DB) {
			f.Helper()
			mustHappen(f.T, on, f.order, globalid.ID{}, vocab.EventOrderPaid)
			want++
		}
		receivedAfter := func(rest time.Duration) {
			f.Helper()
			time.Sleep(rest)
			synctest.Wait()
			if here.Load() != want || there.Load() != want {
				f.Errorf("%s after the last of %d events, %d and %d were received",
					rest, want, here.Load(), there.Load())
			}
		}
		for range 10 {
			time.Sleep(time.Minute)
			happens(f.other)
			receivedAfter(longest)
			for range 20 {
				time.Sleep(200 * time.Millisecond)
				happens(f.other)
			}
			receivedAfter(short)
			// Its own events the leader places at once.
			time.Sleep(time.Minute)
			happens(f.leader)
			time.Sleep(time.Millisecond)
			synctest.Wait()
			if here.Load() != want {
				f.Error("an event of the leader waited for a poll")
			}
			receivedAfter(longest)
		}
	})
}
