package health_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orderflow/internal/health"
)

var errSilent = errors.New("the database says nothing")

func lines(text, message string) int { return strings.Count(text, message) }

// A lane that fails is late after the limit, and each change is logged once.
func TestALaneThatFails(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var text bytes.Buffer
	lanes := health.New(slog.New(slog.NewTextHandler(&text, nil)),
		func() time.Time { return now }, 10*time.Second)
	claims, polls := lanes.Lane("claims"), lanes.Lane("polls")
	well := func(context.Context) error { return nil }
	for range 20 {
		now = now.Add(time.Second)
		err := claims.Round(t.Context(), func(context.Context) error { return errSilent })
		if !errors.Is(err, errSilent) || polls.Round(t.Context(), well) != nil {
			t.Fatal(err)
		}
	}
	if late := lanes.Late(); !slices.Equal(late, []string{"claims"}) {
		t.Errorf("late: %v", late)
	}
	if states := lanes.States(); states[0].For != 19*time.Second || states[1].For != 0 {
		t.Errorf("%v", states)
	}
	if err := claims.Round(t.Context(), well); err != nil || lanes.Late() != nil {
		t.Errorf("%v, late: %v", err, lanes.Late())
	}
	if fails, again := lines(text.String(), "a lane fails"),
		lines(text.String(), "well again"); fails != 1 || again != 1 {
		t.Errorf("%d, %d lines:\n%s", fails, again, text.String())
	}
}

// A lane that hangs is found by the watch; one that rests, or whose loop has ended, is not late.
func TestALaneThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var text bytes.Buffer
		lanes := health.New(slog.New(slog.NewTextHandler(&text, nil)), time.Now, 10*time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go lanes.Watch(ctx)
		hangs, rests, ended := lanes.Lane("hangs"), lanes.Lane("rests"), lanes.Lane("ended")
		if err := rests.Round(ctx, func(context.Context) error { return nil }); err != nil {
			t.Fatal(err)
		}
		stopped, stop := context.WithCancel(ctx)
		_ = ended.Round(stopped, func(context.Context) error {
			stop()
			return errSilent
		})
		release := make(chan struct{})
		go func() {
			_ = hangs.Round(ctx, func(context.Context) error { <-release; return nil })
		}()
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if late := lanes.Late(); !slices.Equal(late, []string{"hangs"}) {
			t.Errorf("late: %v", late)
		}
		if n := lines(text.String(), "has not ended a round for too long"); n != 1 {
			t.Errorf("%d lines:\n%s", n, text.String())
		}
		close(release)
		synctest.Wait()
		if lanes.Late() != nil || lines(text.String(), "well again") != 1 {
			t.Errorf("late: %v\n%s", lanes.Late(), text.String())
		}
	})
}

// Without a lane a round runs unwatched.
func TestNoLane(t *testing.T) {
	t.Parallel()
	var none *health.Lane
	if err := none.Round(t.Context(), func(context.Context) error { return errSilent }); !errors.Is(
		err, errSilent) {
		t.Error(err)
	}
	none.Rest()
}
