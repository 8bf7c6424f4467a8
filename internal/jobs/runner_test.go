package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"orderflow/internal/globalid"
	"orderflow/internal/jobs"
	"orderflow/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// queue is a job whose due rows are in memory.
type queue struct {
	mu   sync.Mutex
	due  []globalid.ID
	ran  []globalid.ID
	most int // rows that ran at once
	now  int
	do   func(ctx context.Context, id globalid.ID) error
}

func (q *queue) add(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for range n {
		q.due = append(q.due, globalid.New(globalid.Payment))
	}
}

func (q *queue) done() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ran)
}

func (q *queue) job(name string) jobs.Job {
	claim := func(_ context.Context, limit int) ([]globalid.ID, error) {
		q.mu.Lock()
		defer q.mu.Unlock()
		n := min(limit, len(q.due))
		ids := slices.Clone(q.due[:n])
		q.due = q.due[n:]
		return ids, nil
	}
	run := func(ctx context.Context, id globalid.ID) error {
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
		if q.do == nil {
			return nil
		}
		return q.do(ctx, id)
	}
	return jobs.Job{Name: name, Claim: claim, Run: run}
}

// background runs r until the test's bubble ends it.
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

func TestRunPollsAndWakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db, q := &store.DB{}, &queue{}
		r := jobs.New(db, slog.New(slog.DiscardHandler), q.job("queue"))
		defer background(t.Context(), r)()
		// An idle runner pauses 200 ms between claims and polls after at most a second more. A claim that
		// a wake-up caused and one by the clock may coincide once, not every time.
		const rested = 250 * time.Millisecond
		want := 0
		for name, wake := range map[string]func(){
			"polling": func() { time.Sleep(time.Second + rested) },
			"commit":  func() { db.Commits.Notify(); time.Sleep(rested) },
			"wake":    func() { r.Wake(); time.Sleep(rested) },
		} {
			for range 10 {
				time.Sleep(time.Minute) // as idle as it gets
				q.add(20)
				want += 20
				wake()
				if got := q.done(); got != want {
					t.Fatalf("%s: %d rows ran, want %d", name, got, want)
				}
			}
		}
	})
}

func TestAJobHasEightWorkersOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := &queue{do: func(context.Context, globalid.ID) error {
			time.Sleep(5 * time.Second)
			return nil
		}}
		quick := &queue{}
		r := jobs.New(&store.DB{}, slog.New(slog.DiscardHandler), slow.job("slow"), quick.job("quick"))
		slow.add(20)
		quick.add(20)
		defer background(t.Context(), r)()
		time.Sleep(time.Second)
		if quick.done() != 20 || slow.done() != 0 {
			t.Errorf("after a second %d quick and %d slow rows are done, want 20 and 0",
				quick.done(), slow.done())
		}
		time.Sleep(15 * time.Second)
		if slow.done() != 20 || slow.most != 8 {
			t.Errorf("%d slow rows done, %d at once; want 20, 8", slow.done(), slow.most)
		}
	})
}

func TestALocalJobClaimsAheadAndRunsMoreAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{do: func(context.Context, globalid.ID) error {
			time.Sleep(10 * time.Second)
			return nil
		}}
		q.add(200)
		job := q.job("local")
		job.Local = true
		r := jobs.New(&store.DB{}, slog.New(slog.DiscardHandler), job)
		stop := background(t.Context(), r)
		time.Sleep(5 * time.Second)
		q.mu.Lock()
		claimed, at := 200-len(q.due), q.now
		q.mu.Unlock()
		if claimed != 128 || at != 16 {
			t.Errorf("%d rows claimed, %d running; want 128, 16", claimed, at)
		}
		time.Sleep(75 * time.Second)
		stop()
		// Those claimed at first that got a worker within 45 s: five rounds of 16. The others are left
		// to the next claim.
		if first := q.done(); first < 80 || first == 200 {
			t.Errorf("%d rows ran, want those that got a worker and not those that waited too long", first)
		}
	})
}

func TestRunContainsAndLogsWhatGoesWrong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		broken := jobs.Job{
			Name:  "broken",
			Claim: func(context.Context, int) ([]globalid.ID, error) { return nil, errors.New("no table") },
		}
		panicking := jobs.Job{
			Name:  "panicking",
			Claim: func(context.Context, int) ([]globalid.ID, error) { panic("no claim") },
		}
		results := []func() error{
			func() error { return errors.New("no answer") },
			func() error { panic("no memory") },
			func() error { return nil },
		}
		q := &queue{}
		q.do = func(context.Context, globalid.ID) error {
			q.mu.Lock()
			result := results[0]
			results = results[1:]
			q.mu.Unlock()
			return result()
		}
		q.add(3)
		logger := slog.New(slog.NewTextHandler(&log, nil))
		r := jobs.New(&store.DB{}, logger, broken, panicking, q.job("queue"))
		stop := background(t.Context(), r)
		time.Sleep(time.Second)
		stop()
		if q.done() != 3 {
			t.Errorf("%d rows ran, want 3", q.done())
		}
		for _, want := range []string{"no table", "no claim", "no answer", "no memory"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log does not hold %q:\n%s", want, log.String())
			}
		}
		if n := strings.Count(log.String(), "id="); n != 2 {
			t.Errorf("%d rows were logged, want the 2 that failed", n)
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
			synctest.Test(t, func(t *testing.T) {
				var cancelled bool
				q := &queue{do: func(ctx context.Context, _ globalid.ID) error {
					select {
					case <-time.After(c.needs):
					case <-ctx.Done():
						cancelled = true
					}
					return ctx.Err()
				}}
				q.add(1)
				r := jobs.New(&store.DB{}, slog.New(slog.DiscardHandler), q.job("queue"))
				stop := background(t.Context(), r)
				time.Sleep(time.Second)
				before := time.Now()
				q.add(8) // not to be started any more
				stop()
				if took := time.Since(before); took != c.takes || cancelled != c.cancelled {
					t.Errorf("stopping took %s, cancelled %t; want %s, %t",
						took, cancelled, c.takes, c.cancelled)
				}
				if q.done() != 1 {
					t.Errorf("%d rows ran, want 1", q.done())
				}
			})
		})
	}
}

func TestARunThatHangsIsEndedBeforeItsClaim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{do: func(ctx context.Context, _ globalid.ID) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		q.add(1)
		r := jobs.New(&store.DB{}, slog.New(slog.DiscardHandler), q.job("queue"))
		before := time.Now()
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(before); took != 12*time.Second {
			t.Errorf("it had %s, want 12s", took)
		}
	})
}
