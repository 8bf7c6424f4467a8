package dbtest

import (
	"testing"
	"time"

	"orderflow/internal/store"
)

const patience = time.Minute

// AwaitQueued waits until so many commands wait in the queues of a database. DB.HoldSlots has them
// wait.
func AwaitQueued(t testing.TB, db *store.DB, n int) {
	t.Helper()
	for deadline := time.Now().Add(patience); db.Queued() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d commands wait, not %d", db.Queued(), n)
		}
	}
}
