package graph_test

import (
	"testing"
	"time"
)

// TestAKeyMovesTheClockOnce repeats a move of the simulated clock.
func TestAKeyMovesTheClockOnce(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		now := func(r response, path ...any) time.Time {
			text, _ := r.at(path...).(string)
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				e.Fatalf("no time: %s", r.raw)
			}
			return at
		}
		start := now(e.must("", "{ now }", nil), "now")
		const hour = `mutation { advanceClock(input: {seconds: 3600}) @idempotent(key: "k") { now
			userErrors { code } } }`
		for range 3 {
			at := now(e.must(e.platform, hour, nil), "advanceClock", "now")
			if moved := at.Sub(start); moved < time.Hour || moved > time.Hour+timeout {
				e.Errorf("moved by %s", moved)
			}
		}
		r := e.must(e.platform, `mutation { advanceClock(input: {seconds: 1}) @idempotent(key: "k") {
			userErrors { code } } }`, nil)
		e.expect(r, "IDEMPOTENCY_KEY_REUSED", "advanceClock", "userErrors", 0, "code")
		set := vars{"to": start.Add(3 * time.Hour)}
		const setClock = `mutation($to: Time!) { setClock(input: {now: $to})
			@idempotent(key: "k") { now userErrors { code } } }`
		e.must(e.platform, setClock, set)
		e.mutateOK(e.platform, "advanceClock", vars{"seconds": 3600}, "")
		// Run again it would set the clock back: no order exists.
		at := now(e.must(e.platform, setClock, set), "setClock", "now")
		if moved := at.Sub(start); moved < 4*time.Hour {
			e.Errorf("a repetition set the clock again: %s", moved)
		}
	})
}
