package gqlserver

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const sweepFloor = 1024

// rateLimiter counts what happens to each key on this server: operations of viewers, refused tokens
// of addresses.
type rateLimiter struct {
	limit rate.Limit
	burst int

	mu      sync.Mutex
	keys    map[string]*rate.Limiter
	sweepAt int
}

// newRateLimiter allows so much a second, and burst at once. Below zero there is no limit.
func newRateLimiter(perSecond float64, burst int) *rateLimiter {
	return &rateLimiter{
		limit: rate.Limit(perSecond), burst: burst,
		keys: map[string]*rate.Limiter{}, sweepAt: sweepFloor,
	}
}

// allow counts one of a key and reports whether it was within the limit.
func (r *rateLimiter) allow(key string, now time.Time) bool {
	if r.limit < 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(key, now).AllowN(now, 1)
}

// exhausted reports whether nothing is left for a key, and counts nothing.
func (r *rateLimiter) exhausted(key string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	limiter, known := r.keys[key]
	return known && limiter.TokensAt(now) < 1
}

// charge counts one of a key, beyond the limit as well: what runs at the same moment is paid for
// later, up to as much as may happen at once.
func (r *rateLimiter) charge(key string, now time.Time) {
	if r.limit < 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if limiter := r.of(key, now); limiter.TokensAt(now) > -float64(r.burst) {
		limiter.ReserveN(now, 1)
	}
}

func (r *rateLimiter) of(key string, now time.Time) *rate.Limiter {
	limiter, known := r.keys[key]
	if !known {
		r.sweep(now)
		limiter = rate.NewLimiter(r.limit, r.burst)
		r.keys[key] = limiter
	}
	return limiter
}

// sweep drops the limiters of keys with a full allowance: a new one would be the same.
func (r *rateLimiter) sweep(now time.Time) {
	if len(r.keys) < r.sweepAt {
		return
	}
	for key, limiter := range r.keys {
		if limiter.TokensAt(now) >= float64(r.burst) {
			delete(r.keys, key)
		}
	}
	r.sweepAt = max(sweepFloor, 2*len(r.keys))
}
