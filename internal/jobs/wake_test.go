package jobs_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"orderflow/ent/payment"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/jobs"
	"orderflow/internal/store"
)

func TestAnIdleRunnerPollsInOneStatementEveryThreeSeconds(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		r := jobs.New(b.db, discard, b.queue("payments").job(), b.queue("refunds").job())
		defer background(b.Context(), r)()
		time.Sleep(time.Minute)
		b.Take()
		time.Sleep(time.Minute)
		synctest.Wait()
		statements := b.Take()
		if n := len(statements); n < 16 || n > 27 {
			b.Errorf("%d statements a minute, want one about every 3 s:\n%q", n, statements)
		}
	})
}

// A commit that concerns one job makes no statement of another, and its row runs at once.
func TestACommitWakesTheJobsThatItMadeWorkFor(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		payments, refunds := b.queue("payments"), b.queue("refunds")
		defer background(b.Context(), jobs.New(b.db, discard, payments.job(), refunds.job()))()
		time.Sleep(time.Minute)
		b.awaitPoll()
		refunds.add(1, 0)
		time.Sleep(time.Second)
		synctest.Wait()
		statements := b.Take()
		if refunds.done() != 1 || naming(statements, "payments") != 0 {
			b.Errorf("%d refunds ran; statements\n%q", refunds.done(), statements)
		}
		if payments.add(1, time.Hour); len(b.Take()) > 3 {
			b.Error("more than the transaction itself")
		}
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		if statements := b.Take(); len(statements) != 0 {
			b.Errorf("a row that is due in an hour caused\n%q", statements)
		}
	})
}

// The rows of two commits run when their times come, to the moment and without polls in between.
func TestARowRunsWhenItsTimeComes(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		q := b.queue("payments")
		defer background(b.Context(), jobs.New(b.db, discard, q.job()))()
		time.Sleep(time.Minute)
		b.awaitPoll()
		q.add(1, 1500*time.Millisecond)
		q.add(1, 500*time.Millisecond)
		b.Take()
		for i := range 2 {
			time.Sleep(499 * time.Millisecond)
			synctest.Wait()
			if statements := b.Take(); len(statements) != 0 || q.done() != i {
				b.Errorf("%d rows ran before the time, by\n%q", q.done()-i, statements)
			}
			time.Sleep(time.Millisecond)
			synctest.Wait()
			if q.done() != i+1 {
				b.Errorf("%d rows ran, want %d", q.done(), i+1)
			}
			time.Sleep(500 * time.Millisecond) // it queries for the next
			synctest.Wait()
			b.Take()
		}
	})
}

// What another server and a plain statement write is found by the poll; of rows that are due later
// it finds the time.
func TestThePollFindsWhatOthersWrite(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		q := b.queue("payments")
		defer background(b.Context(), jobs.New(b.db, discard, q.job()))()
		const slowestPoll = 3750 * time.Millisecond
		for _, after := range []time.Duration{0, 4 * time.Second} {
			time.Sleep(time.Minute)
			before := q.done()
			q.add(1, time.Hour)
			err := b.db.Client.Payment.Update().Where(payment.NextAttemptAtNotNil()).
				SetNextAttemptAt(b.db.RealNow().Add(after)).Exec(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			time.Sleep(max(after, slowestPoll) + time.Millisecond)
			synctest.Wait()
			if q.done() != before+1 {
				b.Errorf("a row of another, due after %s: %d ran", after, q.done()-before)
			}
		}
	})
}

// With a simulated clock the deadlines of a database become due by a statement on no row of theirs.
func TestThePollSeesThatTheClockWasMoved(t *testing.T) {
	t.Parallel()
	name := dbtest.Name(t, dbtest.SQLite)
	synctest.Test(t, func(t *testing.T) {
		b := &bubble{T: t}
		b.db = b.open(name, store.Options{SimulatedClock: true})
		other := b.open(name, store.Options{SimulatedClock: true})
		q := b.queue("payments")
		job := q.job()
		job.Due.Real = false
		defer background(t.Context(), jobs.New(b.db, discard, job))()
		q.add(1, 24*time.Hour)
		time.Sleep(time.Minute)
		err := other.MoveClock(context.Background(),
			store.ClockMove{To: func(now time.Time) time.Time { return now.Add(25 * time.Hour) }})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(1250 * time.Millisecond)
		synctest.Wait()
		if q.done() != 1 {
			t.Errorf("%d rows ran", q.done())
		}
	})
}

// A row whose run has failed runs again when its claim has expired.
func TestAFailedRowRunsAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		q := b.queue("payments")
		job := q.job()
		job.Run = func(_ context.Context, id globalid.ID) error {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.ran = append(q.ran, id)
			return context.DeadlineExceeded
		}
		defer background(b.Context(), jobs.New(b.db, discard, job))()
		q.add(1, 0)
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if q.done() != 1 {
			b.Errorf("it ran %d times within its claim", q.done())
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if q.done() != 2 {
			b.Errorf("it ran %d times", q.done())
		}
	})
}
