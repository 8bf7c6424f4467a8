package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/payment"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/jobs"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestDrainFollowsWhatRowsMakeDue(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		first, second := b.queue("payments"), b.queue("refunds")
		first.do = func(context.Context, globalid.ID) error {
			second.add(1, 0)
			return errors.New("failed after all")
		}
		first.add(20, 0)
		if err := jobs.New(b.db, discard, second.job(), first.job()).Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		if first.done() != 20 || second.done() != 20 {
			b.Errorf("%d and %d rows ran, want 20 and 20", first.done(), second.done())
		}
	})
}

func TestDrainWaitsForRowsOfRun(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		first, second := b.queue("payments"), b.queue("refunds")
		first.do = func(context.Context, globalid.ID) error {
			time.Sleep(5 * time.Second)
			second.add(1, 0)
			return nil
		}
		first.add(1, 0)
		r := jobs.New(b.db, discard, first.job(), second.job())
		defer background(b.Context(), r)()
		time.Sleep(time.Second) // Run has the row now
		if err := r.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		if first.done() != 1 || second.done() != 1 {
			b.Errorf("%d and %d rows ran, want 1 and 1", first.done(), second.done())
		}
		first.add(1, 0)
		time.Sleep(2 * time.Second)
		ctx, cancel := context.WithTimeout(b.Context(), time.Second)
		defer cancel()
		if err := r.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
			b.Errorf("a caller that cannot wait got %v", err)
		}
	})
}

func TestDrainReturnsDatabaseErrors(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	r := jobs.New(db, discard, jobs.Job{Due: store.Due{Table: "nowhere", Column: "never"}})
	if err := r.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("got %v", err)
	}
}

// attempts is a job over real rows: it counts on each how often it was run.
func attempts(db *store.DB) jobs.Job {
	return jobs.Job{
		Name: "attempts",
		Due: store.Due{Table: "payments", Column: "next_attempt_at", Real: true,
			Lease: time.Minute},
		Run: func(ctx context.Context, id globalid.ID) error {
			return db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
				return tx.Payment.UpdateOneID(id).AddAttempts(1).ClearNextAttemptAt().
					ClearClaimedUntil().Exec(ctx)
			})
		},
	}
}

func TestServersShareRows(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			name := dbtest.Name(t, dialect)
			one, two := dbtest.OpenName(t, name), dbtest.OpenName(t, name)
			const n = 200
			rows := make([]*ent.PaymentCreate, n)
			order := globalid.New(globalid.Order)
			for i := range rows {
				rows[i] = one.Client.Payment.Create().SetOrderID(order).
					SetBuyerID(globalid.New(globalid.Buyer)).
					SetChannel(vocab.Sandbox).SetStatus(vocab.AttemptCreated).
					SetCurrency("CNY").SetExpiresAt(one.RealNow()).SetNextAttemptAt(one.RealNow())
			}
			if err := one.Client.Payment.CreateBulk(rows...).Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
			first := jobs.New(one, discard, attempts(one))
			second := jobs.New(two, discard, attempts(two))
			stop := background(t.Context(), second)
			if err := first.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			stop() // waits for the rows that it has claimed
			once, err := one.Client.Payment.Query().Where(payment.Attempts(1)).Count(t.Context())
			if err != nil || once != n {
				t.Errorf("%d of %d rows ran exactly once (%v)", once, n, err)
			}
		})
	}
}
