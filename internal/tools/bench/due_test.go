package bench_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/jobs"
	"orderflow/internal/payment"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/tools/bench"
	"orderflow/internal/verify"
)

func newBench(t *testing.T, db *store.DB) *bench.Bench {
	t.Helper()
	b := &bench.Bench{DB: db}
	var err error
	if b.Keys, err = seal.ParseKeyring(seal.DevelopmentKeys()); err != nil {
		t.Fatal(err)
	}
	if b.Blind, err = seal.ParseBlind(seal.DevelopmentBlindKey()); err != nil {
		t.Fatal(err)
	}
	return b
}

// servers returns a start function for the jobs and the sequencer of a server, one for each
// database given.
func servers(
	t *testing.T, keys *seal.Keyring, stores ...*store.DB,
) func(context.Context) (func() error, error) {
	return func(context.Context) (func() error, error) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
		var running sync.WaitGroup
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		for _, db := range stores {
			p := payment.New(db, nil, keys, log)
			runner := jobs.New(db, log,
				jobs.Job{Name: "expiry", Due: payment.OrdersDue, Run: p.RunExpire})
			running.Go(func() { runner.Run(ctx) })
			sequencer := event.NewSequencer(db, event.NewFeed(db), event.SequencerOptions{Log: log})
			running.Go(func() { sequencer.Run(ctx) })
		}
		return func() error {
			cancel()
			running.Wait()
			return nil
		}, nil
	}
}

// With one server and with two: Due itself fails when an order is not closed exactly once.
func TestEachOrderIsClosedOnce(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			name := dbtest.Name(t, dialect)
			first, second := dbtest.OpenName(t, name), dbtest.OpenName(t, name)
			b := newBench(t, first)
			verified := map[string]int{}
			b.Progress = func(step string, done, all int) {
				if done != all {
					return
				}
				verified[step]++
				checkInvariants(t, b, step)
			}
			const n = 200
			if _, err := b.Due(t.Context(), n, servers(t, b.Keys, first)); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Due(t.Context(), n, servers(t, b.Keys, first, second)); err != nil {
				t.Fatal(err)
			}
			if verified["make"] != 2 || verified["expire"] != 2 {
				t.Errorf("steps ended: %v", verified)
			}
		})
	}
}

func checkInvariants(t *testing.T, b *bench.Bench, after string) {
	t.Helper()
	report, err := verify.Run(t.Context(), b.DB, b.Keys, nil)
	if err != nil || !report.OK() {
		t.Errorf("after %s: %+v, %v", after, report, err)
	}
}

// A round returns no time when a server did not do its work, or did it in another way.
func TestFailedRoundReturnsNoTime(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	b := newBench(t, db)
	broken := errors.New("no port")
	_, err := b.Due(t.Context(), 3, func(context.Context) (func() error, error) {
		return nil, broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("a server that does not start: %v", err)
	}
	run := servers(t, b.Keys, db)
	_, err = b.Due(t.Context(), 3, func(ctx context.Context) (func() error, error) {
		stop, err := run(ctx)
		return func() error {
			return errors.Join(stop(), db.Client.Event.Update().
				Where().SetType("order.cancelled").Exec(t.Context()))
		}, err
	})
	if err == nil || !strings.Contains(err.Error(), "0 once") {
		t.Errorf("orders without an event of their expiry: %v", err)
	}
	db.Client.Order.Update().SetMerchantAccount("somebody").ExecX(t.Context())
	_, err = b.Due(t.Context(), 3, run)
	if err == nil || !strings.Contains(err.Error(), "orders of others") {
		t.Errorf("a database with orders of others: %v", err)
	}
}
