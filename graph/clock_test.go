package graph_test

import (
	"testing"
	"time"
)

// TestAKeyMovesTheClockOnce repeats a move of the simulated clock.
func TestAKeyMovesTheClockOnce(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		now := func(r answer, path ...any) time.Time {
			text, _ := r.at(path...).(string)
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				c.Fatalf("no time: %s", r.raw)
			}
			return at
		}
		start := now(c.must("", "{ now }", nil), "now")
		const hour = `mutation { advanceClock(input: {seconds: 3600}) @idempotent(key: "k") { now
			userErrors { code } } }`
		for range 3 {
			at := now(c.must(c.platform, hour, nil), "advanceClock", "now")
			if moved := at.Sub(start); moved < time.Hour || moved > time.Hour+patience {
				c.Errorf("moved by %s", moved)
			}
		}
		r := c.must(c.platform, `mutation { advanceClock(input: {seconds: 1}) @idempotent(key: "k") {
			userErrors { code } } }`, nil)
		c.want(r, "IDEMPOTENCY_KEY_REUSED", "advanceClock", "userErrors", 0, "code")
		set := vars{"to": start.Add(3 * time.Hour)}
		const setClock = `mutation($to: Time!) { setClock(input: {now: $to})
			@idempotent(key: "k") { now userErrors { code } } }`
		c.must(c.platform, setClock, set)
		c.done(c.platform, "advanceClock", vars{"seconds": 3600}, "")
		// Done again it would go back: no order exists.
		at := now(c.must(c.platform, setClock, set), "setClock", "now")
		if moved := at.Sub(start); moved < 4*time.Hour {
			c.Errorf("a repetition set the clock again: %s", moved)
		}
	})
}
