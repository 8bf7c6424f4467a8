package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"orderflow/ent/payment"
	"orderflow/internal/globalid"
	"orderflow/internal/health"
	"orderflow/internal/jobs"
)

func TestAJobHasEightWorkersOfItsOwn(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		slow, quick := b.queue("payments"), b.queue("refunds")
		slow.do = func(context.Context, globalid.ID) error {
			time.Sleep(5 * time.Second)
			return nil
		}
		r := jobs.New(b.db, discard, slow.job(), quick.job())
		slow.add(20, 0)
		quick.add(20, 0)
		defer background(b.Context(), r)()
		time.Sleep(time.Second)
		if quick.done() != 20 || slow.done() != 0 {
			b.Errorf("after a second %d quick and %d slow rows are done, want 20 and 0",
				quick.done(), slow.done())
		}
		time.Sleep(15 * time.Second)
		if slow.done() != 20 || slow.most != 8 {
			b.Errorf("%d slow rows done, %d at once; want 20, 8", slow.done(), slow.most)
		}
	})
}

func TestALocalJobClaimsAheadAndRunsMoreAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		q := b.queue("payments")
		q.do = func(context.Context, globalid.ID) error {
			time.Sleep(10 * time.Second)
			return nil
		}
		q.add(800, 0)
		job := q.job()
		job.Local = true
		stop := background(b.Context(), jobs.New(b.db, discard, job))
		time.Sleep(5 * time.Second)
		first, err := b.db.Client.Payment.Query().Where(payment.ClaimedUntilNotNil()).
			IDs(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		q.mu.Lock()
		at := q.now
		q.mu.Unlock()
		if len(first) != 512 || at != 64 {
			b.Errorf("%d rows claimed, %d running; want 512, 64", len(first), at)
		}
		time.Sleep(50 * time.Second)
		// Those claimed at first that got a worker within 45 s: five rounds of 64. The others are left
		// to the next claim.
		left, err := b.db.Client.Payment.Query().
			Where(payment.IDIn(first...), payment.NextAttemptAtNotNil()).Count(b.Context())
		if err != nil || left != 512-5*64 {
			b.Errorf("%d rows waited too long (%v), want 192", left, err)
		}
		time.Sleep(4 * time.Minute)
		stop()
		if q.done() != 800 {
			b.Errorf("%d rows ran, want each once", q.done())
		}
	})
}

func TestRunContainsAndLogsWhatGoesWrong(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		var log strings.Builder
		results := []func() error{
			func() error { return errors.New("no answer") },
			func() error { panic("no memory") },
			func() error { return nil },
		}
		q := b.queue("payments")
		q.do = func(context.Context, globalid.ID) error {
			q.mu.Lock()
			result := results[len(q.ran)%len(results)]
			q.mu.Unlock()
			return result()
		}
		logger := slog.New(slog.NewTextHandler(&log, nil))
		rename := func(from, to string) {
			b.Helper()
			_, err := b.db.SQL().ExecContext(b.Context(), "ALTER TABLE "+from+" RENAME TO "+to)
			if err != nil {
				b.Fatal(err)
			}
		}
		rename("payments", "elsewhere")
		runner := jobs.New(b.db, logger, q.job())
		runner.Watch(health.New(logger, time.Now, time.Hour))
		stop := background(b.Context(), runner)
		time.Sleep(time.Minute)
		rename("elsewhere", "payments")
		for range results {
			q.add(1, 0)
			time.Sleep(time.Second)
		}
		stop()
		if q.done() != 3 {
			b.Errorf("%d rows ran, want 3", q.done())
		}
		if n := strings.Count(log.String(), "no such table"); n != 1 {
			b.Errorf("a poll that fails for a minute is logged %d times", n)
		}
		for _, want := range []string{"no answer", "no memory"} {
			if !strings.Contains(log.String(), want) {
				b.Errorf("the log does not hold %q:\n%s", want, log.String())
			}
		}
		if n := strings.Count(log.String(), "id="); n != 2 {
			b.Errorf("%d rows were logged, want the 2 that failed", n)
		}
	})
}

func TestStoppingWaitsForRowsAndThenCancelsThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		needs     time.Duration
		takes     time.Duration
		cancelled bool
	}{
		"a row that ends":    {5 * time.Second, 4 * time.Second, false},
		"a row that goes on": {time.Hour, 10 * time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bubble) {
				var cancelled bool
				q := b.queue("payments")
				q.do = func(ctx context.Context, _ globalid.ID) error {
					select {
					case <-time.After(c.needs):
					case <-ctx.Done():
						cancelled = true
					}
					return ctx.Err()
				}
				q.add(1, 0)
				stop := background(b.Context(), jobs.New(b.db, discard, q.job()))
				time.Sleep(time.Second)
				before := time.Now()
				q.add(8, 500*time.Millisecond) // not to be started any more
				stop()
				if took := time.Since(before); took != c.takes || cancelled != c.cancelled {
					b.Errorf("stopping took %s, cancelled %t; want %s, %t",
						took, cancelled, c.takes, c.cancelled)
				}
				if q.done() != 1 {
					b.Errorf("%d rows ran, want 1", q.done())
				}
			})
		})
	}
}

func TestARunThatHangsIsEndedBeforeItsClaim(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		q := b.queue("payments")
		q.do = func(ctx context.Context, _ globalid.ID) error {
			<-ctx.Done()
			return ctx.Err()
		}
		q.add(1, 0)
		r := jobs.New(b.db, discard, q.job())
		before := time.Now()
		if err := r.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		if took := time.Since(before); took != 12*time.Second {
			b.Errorf("it had %s, want 12s", took)
		}
	})
}
