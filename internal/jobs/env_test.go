package jobs_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/jobs"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var discard = slog.New(slog.DiscardHandler)

// bubble is a database of which each statement and each rest takes the time of a synctest bubble.
type bubble struct {
	*testing.T
	dbtest.Statements
	db *store.DB
}

// inBubble runs a test on SQLite: a connection to a server is not part of a bubble.
func inBubble(t *testing.T, test func(b *bubble)) {
	t.Helper()
	name := dbtest.Name(t, dbtest.SQLite)
	synctest.Test(t, func(t *testing.T) {
		b := &bubble{T: t}
		b.db = b.open(name, store.Options{Observe: b.Observe})
		test(b)
	})
}

func (b *bubble) open(name string, opts store.Options) *store.DB {
	b.Helper()
	db, err := store.Open(b.Context(), name, opts)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// awaitPoll waits until the idle runner has just polled.
func (b *bubble) awaitPoll() {
	b.Helper()
	for b.Take(); len(b.Take()) == 0; time.Sleep(time.Millisecond) {
		synctest.Wait()
	}
}

// queue is a job over a table with the columns of an intent: payments or refunds.
type queue struct {
	b     *bubble
	table string
	do    func(ctx context.Context, id globalid.ID) error

	mu   sync.Mutex
	ran  []globalid.ID
	now  int // rows that run
	most int // rows that ran at once
}

func (b *bubble) queue(table string) *queue { return &queue{b: b, table: table} }

func (q *queue) job() jobs.Job {
	return jobs.Job{Name: q.table, Run: q.run, Due: store.Due{Table: q.table,
		Column: "next_attempt_at", Real: true, Lease: time.Minute}}
}

func (q *queue) run(ctx context.Context, id globalid.ID) error {
	q.mu.Lock()
	q.now++
	q.most = max(q.most, q.now)
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.now--
		q.ran = append(q.ran, id)
	}()
	_, err := q.b.db.SQL().ExecContext(ctx,
		"UPDATE "+q.table+" SET next_attempt_at = NULL WHERE id = ?", id)
	if err != nil || q.do == nil {
		return err
	}
	return q.do(ctx, id)
}

func (q *queue) done() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ran)
}

// add commits n rows that are due after a time, as a command does.
func (q *queue) add(n int, after time.Duration) {
	q.b.Helper()
	err := q.b.db.Run(context.Background(), func(_ context.Context, tx *store.Tx) error {
		at := q.b.db.RealNow().Add(after)
		for range n {
			switch q.table {
			case "payments":
				tx.Insert(&ent.Payment{ID: globalid.New(globalid.Payment), Channel: vocab.Sandbox,
					OrderID: globalid.New(globalid.Order), Status: vocab.AttemptCreated,
					Currency: "CNY", ExpiresAt: at, CreatedAt: at, NextAttemptAt: &at})
			case "refunds":
				payment := globalid.New(globalid.Payment)
				tx.Insert(&ent.Refund{ID: globalid.New(globalid.Refund), PaymentID: &payment,
					OrderID: globalid.New(globalid.Order), Status: vocab.RefundRequested,
					Currency: "CNY", CreatedAt: at, NextAttemptAt: &at})
			}
		}
		return nil
	})
	if err != nil {
		q.b.Error(err)
	}
}

// background runs r until the returned function is called.
func background(ctx context.Context, r *jobs.Runner) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// naming counts the statements that name a table.
func naming(statements []string, table string) (n int) {
	for _, s := range statements {
		if strings.Contains(s, table) {
			n++
		}
	}
	return n
}
