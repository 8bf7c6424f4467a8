package store_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ordersDue uses all that a description can say.
var ordersDue = store.Due{Table: "orders", Column: "pay_due_at",
	Statuses:  store.Statuses(vocab.Unpaid),
	Postponed: "next_attempt_at", Lease: time.Minute}

// eachClock runs a test with a real clock that it sets, and business time an hour ahead of it.
func eachClock(t *testing.T, test func(t *testing.T, db *store.DB, real *clock)) {
	t.Helper()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			real := &clock{}
			db := dbtest.Open(t, dialect,
				store.Options{SimulatedClock: true, RealNow: real.now})
			err := db.MoveClock(t.Context(),
				store.ClockMove{To: func(now time.Time) time.Time { return now.Add(time.Hour) }})
			if err != nil {
				t.Fatal(err)
			}
			test(t, db, real)
		})
	}
}

// nextDue is when a description has rows, after began; -1 for never.
func nextDue(t *testing.T, db *store.DB, within time.Duration, d store.Due) time.Duration {
	t.Helper()
	times, err := db.NextDue(t.Context(), within, d)
	if err != nil || len(times) != 1 {
		t.Fatalf("%v, %v", times, err)
	}
	if times[0].IsZero() {
		return -1
	}
	return times[0].Sub(began)
}

func TestNextDueSeesRowsUpToTheHorizon(t *testing.T) {
	t.Parallel()
	eachClock(t, func(t *testing.T, db *store.DB, real *clock) {
		newPayments(t, db, 3) // due at began, and one and two milliseconds later
		for _, step := range []struct {
			now, within, want time.Duration
			take              int
		}{
			{-5 * time.Second, 4 * time.Second, -1, 0},
			{-5 * time.Second, 5 * time.Second, 0, 0},
			{0, 0, 0, 1},
			{0, 0, -1, 0},
			{0, time.Second, time.Millisecond, 0},
			{2 * time.Millisecond, 0, time.Millisecond, 2},
			{30 * time.Second, time.Hour, -1, 0}, // all are claimed
			{time.Minute, 0, 0, 1},
			{time.Minute + time.Millisecond, 0, -1, 0},
			{time.Minute + 2*time.Millisecond, 0, time.Millisecond, 2},
		} {
			real.set(step.now)
			got := nextDue(t, db, step.within, paymentsDue)
			// Of several that are due any is named.
			if got != step.want && (step.want < 0 || got > step.now) {
				t.Errorf("at %s within %s: %s, want %s", step.now, step.within, got, step.want)
			}
			ids, err := db.Take(t.Context(), paymentsDue, 10)
			if err != nil || len(ids) != step.take {
				t.Fatalf("at %s: %d rows, %v; want %d", step.now, len(ids), err, step.take)
			}
		}
	})
}

// The time that a commit announces is the one from which the row can be claimed, and from which the
// poll sees it, whatever the columns say.
func TestACommitAnnouncesWhenItsRowsAreDue(t *testing.T) {
	t.Parallel()
	const never = time.Duration(-1)
	at := func(after time.Duration) *time.Time {
		at := began.Add(after)
		return &at
	}
	eachClock(t, func(t *testing.T, db *store.DB, real *clock) {
		for name, c := range map[string]struct {
			change func(o *ent.Order) // business time is an hour ahead
			want   time.Duration
		}{
			"passed":       {func(o *ent.Order) { o.PayDueAt = *at(time.Minute) }, -59 * time.Minute},
			"in future":    {func(o *ent.Order) { o.PayDueAt = *at(90 * time.Minute) }, 30 * time.Minute},
			"other status": {func(o *ent.Order) { o.Status = vocab.Closed }, never},
			"claimed": {func(o *ent.Order) {
				o.PayDueAt, o.ClaimedUntil = *at(time.Minute), at(40*time.Second)
			}, 40 * time.Second},
			"postponed": {func(o *ent.Order) {
				o.PayDueAt, o.NextAttemptAt = *at(time.Hour), at(15*time.Second)
			}, 15 * time.Second},
			"postponed before": {func(o *ent.Order) {
				o.PayDueAt, o.NextAttemptAt = *at(61 * time.Minute), at(15*time.Second)
			}, time.Minute},
		} {
			real.set(0)
			id := newOrder(t, db)
			announced := never
			stop := db.OnDue(ordersDue, func(at time.Time) { announced = at.Sub(began) })
			err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				row, err := tx.LockOrder(ctx, id)
				if err != nil {
					return err
				}
				c.change(store.Track(tx, row))
				return nil
			})
			stop()
			if err != nil || announced != c.want {
				t.Errorf("%s: announced for %s, want %s (%v)", name, announced, c.want, err)
			}
			for _, now := range []time.Duration{0, c.want - time.Microsecond, c.want, 24 * time.Hour} {
				due := c.want != never && now >= c.want
				real.set(now)
				if seen := nextDue(t, db, 0, ordersDue) != never; seen != due {
					t.Errorf("%s: the poll after %s says %t", name, now, seen)
				}
			}
			got, err := db.Take(t.Context(), ordersDue, 10)
			if (len(got) == 1) != (c.want != never) || err != nil {
				t.Errorf("%s: %v were claimed, %v", name, got, err)
			}
			db.Client.Order.DeleteOneID(id).ExecX(t.Context())
		}
	})
}

// What does not matter for a description, or was not committed, is not announced.
func TestOnlyCommittedChangesOfNamedColumnsAreAnnounced(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		id := newOrder(t, db)
		announced := 0
		stop := db.OnDue(ordersDue, func(time.Time) { announced++ })
		change := func(do func(o *ent.Order) error) {
			_ = db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				row, err := tx.LockOrder(ctx, id)
				if err != nil {
					return err
				}
				return do(store.Track(tx, row))
			})
		}
		change(func(o *ent.Order) error { o.Region = "上海"; return nil })
		change(func(o *ent.Order) error { o.PayDueAt = time.Now(); return errPlain })
		err := db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
			tx.Insert(&ent.Payment{ID: globalid.New(globalid.Payment), Channel: vocab.Sandbox,
				OrderID: id, Status: vocab.AttemptCreated, Currency: "CNY", ExpiresAt: began,
				CreatedAt: began, NextAttemptAt: &began})
			return nil
		})
		if announced != 0 || err != nil {
			t.Errorf("%d announcements (%v)", announced, err)
		}
		change(func(o *ent.Order) error { o.PayDueAt = o.PayDueAt.Add(time.Hour); return nil })
		if announced != 1 {
			t.Errorf("%d announcements of a deadline", announced)
		}
		stop()
		change(func(o *ent.Order) error { o.PayDueAt = o.PayDueAt.Add(time.Hour); return nil })
		if announced != 1 {
			t.Error("announced to one who has stopped")
		}
	})
}

// All descriptions are one statement, with a simulated clock as well.
func TestNextDueIsOneStatement(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var statements atomic.Int64
			name := dbtest.Name(t, dialect)
			db := dbtest.OpenName(t, name, store.Options{SimulatedClock: true,
				Observe: func(query string) {
					if strings.HasPrefix(query, "SELECT") {
						statements.Add(1)
					}
				}})
			other := dbtest.OpenName(t, name)
			ask := func(want int64) {
				t.Helper()
				statements.Store(0)
				_, err := db.NextDue(t.Context(), time.Second, ordersDue, paymentsDue, ordersDue)
				if n := statements.Load(); err != nil || n != want {
					t.Errorf("%d statements, %v; want %d", n, err, want)
				}
			}
			ask(1)
			err := other.MoveClock(t.Context(),
				store.ClockMove{To: func(now time.Time) time.Time { return now.Add(1) }})
			if err != nil {
				t.Fatal(err)
			}
			ask(2)
			ask(1)
		})
	}
}
