package store

import (
	"math/rand/v2"
	"time"
)

// Rest is how long a loop that polls the database rests: from Min on, twice as long after each poll
// that found nothing, up to Max. Rests are random by a quarter: servers do not poll in step.
type Rest struct {
	Min, Max time.Duration
	next     time.Duration
}

// Next is the rest before the next poll.
func (r *Rest) Next() time.Duration {
	base := min(max(r.next, r.Min), r.Max)
	r.next = 2 * base
	return base*3/4 + rand.N(base/2+1)
}

// Reset makes the next rest a short one, after a poll that found something.
func (r *Rest) Reset() { r.next = 0 }
