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
		want := event.Cursor(rapid.Int64Range(0, math.MaxInt64).Draw(t, "position"))
		var text bytes.Buffer
		want.MarshalGQL(&text)
		var got event.Cursor
		if err := got.UnmarshalGQL(strings.Trim(text.String(), `"`)); err != nil || got != want {
			t.Fatalf("%s is %d, %v; want %d", text.String(), got, err, want)
		}
	})
}

func TestCursorsNobodyGave(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		"", "1", "f1_", "f1_-1", "f1_+1", "f1_01", "f1_G", "f1_zz", "f2_1", "f1_1 ", "f1_9999999999999",
		7, nil,
	} {
		var c event.Cursor
		if err := c.UnmarshalGQL(value); !fault.Is(err, fault.BadUserInput) || c != 0 {
			t.Errorf("%v: %d, %v", value, c, err)
		}
	}
}
