package dbtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

const patience = time.Minute

// HoldSlots takes all slots of the database's queues: what its queues are given from now on waits,
// and what waits when they are released runs together.
func HoldSlots(t testing.TB, db *store.DB) (release func()) {
	t.Helper()
	released := make(chan struct{})
	held := make(chan struct{}, 1)
	queue := store.NewQueue(db, func(context.Context, int) ([]globalid.ID, error) {
		held <- struct{}{}
		<-released
		return nil, nil
	}, nil)
	var all sync.WaitGroup
	for db.Queued() == 0 {
		all.Go(func() {
			if _, err := queue.Do(context.Background(), 0); err != nil {
				t.Error(err)
			}
		})
		select {
		case <-held:
		case <-queuedBy(t, db, 1):
		}
	}
	return sync.OnceFunc(func() {
		close(released)
		<-held // that of the one that waits
		all.Wait()
	})
}

// AwaitQueued waits until so many commands wait in the queues of a database, beside the one of
// HoldSlots.
func AwaitQueued(t testing.TB, db *store.DB, n int) {
	t.Helper()
	<-queuedBy(t, db, n+1)
}

// queuedBy returns a channel that is closed once that many commands wait.
func queuedBy(t testing.TB, db *store.DB, n int) <-chan struct{} {
	reached := make(chan struct{})
	go func() {
		defer close(reached)
		for deadline := time.Now().Add(patience); db.Queued() < n; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("%d commands wait, not %d", db.Queued(), n)
				return
			}
		}
	}()
	return reached
}
