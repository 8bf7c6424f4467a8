package event_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"orderflow/internal/event"
	"orderflow/internal/store"
)

// sequencerOf names the database whose sequencer this process is to be, instead of testing.
const sequencerOf = "ORDERFLOW_TEST_SEQUENCER_OF"

func TestMain(m *testing.M) {
	if name := os.Getenv(sequencerOf); name != "" {
		fmt.Fprintln(os.Stderr, sequencerProcess(name))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// sequencerProcess runs until it is killed.
func sequencerProcess(name string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, name, store.Options{})
	if err != nil {
		return err
	}
	event.NewSequencer(db, event.NewFeed(db), quick("process")).Run(ctx)
	return nil
}

func quick(holder string) event.SequencerOptions {
	return event.SequencerOptions{
		Holder: holder, Lease: 400 * time.Millisecond, Poll: 20 * time.Millisecond,
	}
}
