package event_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/event"
	"orderflow/internal/fault"
)

func TestCursorComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Int64Range(1, math.MaxInt64)
		want := event.Cursor{Epoch: number.Draw(t, "epoch"), Position: number.Draw(t, "position")}
		var text bytes.Buffer
		want.MarshalGQL(&text)
		var got event.Cursor
		if err := got.UnmarshalGQL(strings.Trim(text.String(), `"`)); err != nil || got != want {
			t.Fatalf("%s is %v, %v; want %v", text.String(), got, err, want)
		}
	})
	for _, start := range []event.Cursor{{}, {Epoch: 5}} {
		if got, err := event.ParseCursor(start.String()); err != nil || got != (event.Cursor{}) {
			t.Errorf("the beginning is %v, %v", got, err)
		}
	}
}

func TestCursorsNobodyGave(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		"", "0", "1", "f1_", "f1_-1", "f1_1", "f1_00", "f1_0_0", "f1_1_0", "f1_0_1", "f1_1_", "f1__1",
		"f1_1_-1", "f1_-1_1", "f1_1_+1", "f1_1_01", "f1_01_1", "f1_1_G", "f1_G_1", "f1_1_zz", "f1_1_1_1",
		"f2_1_1", "f1_1_1 ", "f1_1_9999999999999", "f1_9999999999999_1", 7, nil,
	} {
		var c event.Cursor
		if err := c.UnmarshalGQL(value); !fault.Is(err, fault.BadUserInput) || c != (event.Cursor{}) {
			t.Errorf("%v: %v, %v", value, c, err)
		}
	}
}
