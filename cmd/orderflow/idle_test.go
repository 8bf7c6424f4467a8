package main

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/jobs"
	"orderflow/internal/store"
)

// All jobs, the sequencer and the feed with a follower, in the time of a bubble and so without what
// listens. Nothing is due, so the jobs have no nouns to run with.
func TestAnIdleServerMakesAtMostThreeStatementsASecond(t *testing.T) {
	t.Parallel()
	for kind, simulated := range map[string]bool{"production": false, "development": true} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			name := dbtest.Name(t, dbtest.SQLite)
			synctest.Test(t, func(t *testing.T) {
				var statements atomic.Int64
				db, err := store.Open(t.Context(), name, store.Options{SimulatedClock: simulated,
					Observe: func(string) { statements.Add(1) }})
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				ctx, stop := context.WithCancel(t.Context())
				feed := event.NewFeed(db)
				stream, err := feed.Follow(ctx, db.Client, event.Filter{}, nil)
				if err != nil {
					t.Fatal(err)
				}
				log := slog.New(slog.NewTextHandler(t.Output(), nil))
				runner := jobs.New(db, log, (&App{db: db}).jobs()...)
				sequencer := event.NewSequencer(db, feed, event.SequencerOptions{Log: log})
				var running sync.WaitGroup
				defer running.Wait()
				defer stop()
				running.Go(func() { runner.Run(ctx) })
				running.Go(func() { sequencer.Run(ctx) })
				running.Go(func() {
					for range stream {
						t.Error("an event of nothing")
					}
				})
				for range 2 { // from the start on, and later
					before := statements.Load()
					time.Sleep(time.Minute)
					synctest.Wait()
					if n := statements.Load() - before; n < 60 || n > 3*60 {
						t.Errorf("%d statements a minute", n)
					}
				}
			})
		})
	}
}
