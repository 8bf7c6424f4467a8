package gqlserver

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const sweepFloor = 1024

// rateLimiter counts the operations of each viewer on this server.
type rateLimiter struct {
	limit rate.Limit
	burst int

	mu      sync.Mutex
	viewers map[string]*rate.Limiter
	sweepAt int
}

func newRateLimiter(l Limits) *rateLimiter {
	return &rateLimiter{
		limit:   rate.Limit(l.RequestsPerSecond),
		burst:   l.RequestBurst,
		viewers: map[string]*rate.Limiter{},
		sweepAt: sweepFloor,
	}
}

func (r *rateLimiter) allow(viewer string, now time.Time) bool {
	if r.limit < 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	limiter, known := r.viewers[viewer]
	if !known {
		r.sweep(now)
		limiter = rate.NewLimiter(r.limit, r.burst)
		r.viewers[viewer] = limiter
	}
	return limiter.AllowN(now, 1)
}

// sweep drops the limiters of viewers with a full allowance: a new one would be the same.
func (r *rateLimiter) sweep(now time.Time) {
	if len(r.viewers) < r.sweepAt {
		return
	}
	for viewer, limiter := range r.viewers {
		if limiter.TokensAt(now) >= float64(r.burst) {
			delete(r.viewers, viewer)
		}
	}
	r.sweepAt = max(sweepFloor, 2*len(r.viewers))
}
