package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/store"
)

var epoch = time.Date(2026, 11, 11, 0, 0, 0, 123456789, time.UTC)

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

func TestBusinessTimeIsSharedByAllServers(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			name := dbtest.Name(t, dialect)
			opts := store.Options{SimulatedClock: true, RealNow: at(epoch)}
			one, other := dbtest.OpenName(t, name, opts), dbtest.OpenName(t, name, opts)
			start := epoch.Truncate(time.Microsecond)
			check(t, other, start)
			for _, step := range []time.Duration{time.Hour, 24 * time.Hour, -30 * time.Minute} {
				start = start.Add(step)
				move(t, one, step, nil)
				check(t, one, start)
				check(t, other, start)
			}
			if got := one.RealNow(); !got.Equal(epoch.Truncate(time.Microsecond)) {
				t.Errorf("real time is %s", got)
			}
			newOrder(t, one)
			move(t, one, -time.Second, func(err error) bool {
				return fault.Is(err, fault.ClockLocked)
			})
			move(t, other, time.Second, nil)
			check(t, one, start.Add(time.Second))
		})
	}
}

func TestMovesAtOnceAllCount(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			db := dbtest.OpenName(t, dbtest.Name(t, dialect),
				store.Options{SimulatedClock: true, RealNow: at(epoch)})
			var movers sync.WaitGroup
			for range 10 {
				movers.Go(func() { move(t, db, time.Hour, nil) })
			}
			movers.Wait()
			check(t, db, epoch.Truncate(time.Microsecond).Add(10*time.Hour))
		})
	}
}

func TestInProductionBusinessTimeIsReal(t *testing.T) {
	t.Parallel()
	name := dbtest.Name(t, dbtest.SQLite)
	development := dbtest.OpenName(t, name, store.Options{SimulatedClock: true, RealNow: at(epoch)})
	move(t, development, time.Hour, nil)
	production := dbtest.OpenName(t, name, store.Options{RealNow: at(epoch)})
	check(t, production, epoch.Truncate(time.Microsecond))
}

func move(t *testing.T, db *store.DB, step time.Duration, refused func(error) bool) {
	t.Helper()
	err := db.MoveClock(t.Context(),
		store.ClockMove{To: func(now time.Time) time.Time { return now.Add(step) }})
	if refused == nil && err != nil || refused != nil && !refused(err) {
		t.Errorf("move by %s: %v", step, err)
	}
}

// check compares the time that readers and transactions see.
func check(t *testing.T, db *store.DB, want time.Time) {
	t.Helper()
	now, err := db.Now(t.Context())
	if err != nil || !now.Equal(want) || now.Location() != time.UTC {
		t.Errorf("business time is %s, want %s (%v)", now, want, err)
	}
	err = db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
		if !tx.Now.Equal(want) {
			t.Errorf("a transaction has %s, want %s", tx.Now, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
