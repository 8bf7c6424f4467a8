package jobs

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"orderflow/internal/health"
)

// batchWait is how long a busy job waits at most until half of its claims are free.
const batchWait = 10 * time.Millisecond

// queue is one job with two semaphores: for its claimed rows and for those of them that run.
type queue struct {
	job     Job
	claims  chan struct{}
	workers chan struct{}
	alarm   alarm
	lane    *health.Lane // of the claims; nil: they are not watched
	busy    atomic.Bool  // it queries and claims until nothing is due: the poll leaves it out
}

func newQueue(job Job) *queue {
	q := &queue{job: job, alarm: alarm{rung: make(chan struct{}, 1)}}
	claims, running := workers, workers
	if job.Local {
		claims, running = localClaims, localWorkers
	}
	q.claims, q.workers = make(chan struct{}, claims), make(chan struct{}, running)
	return q
}

// acquire waits until a row may be claimed, up to batchWait for half of the queue's claims, and
// returns how many rows may be; 0 when ctx has ended.
func (q *queue) acquire(ctx context.Context) int {
	if ctx.Err() != nil {
		return 0
	}
	select {
	case q.claims <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	n := 1
	for timeout := time.After(batchWait); n < cap(q.claims)/2; n++ {
		select {
		case q.claims <- struct{}{}:
			continue
		case <-timeout:
		}
		break
	}
	for ; ; n++ {
		select {
		case q.claims <- struct{}{}:
		default:
			return n
		}
	}
}

// alarm rings at the earliest of the times that it was set to, once.
type alarm struct {
	rung chan struct{} // gets a value at each ring, unless one is there

	mu    sync.Mutex
	timer *time.Timer // nil: it is not set
	at    time.Time
}

// set sets it to a time that is so far away.
func (a *alarm) set(at time.Time, away time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		if !at.Before(a.at) {
			return
		}
		a.timer.Stop()
	}
	if away <= 0 {
		a.timer = nil
		a.ring()
		return
	}
	a.at = at
	var timer *time.Timer
	timer = time.AfterFunc(away, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.timer == timer { // otherwise it was set anew
			a.timer = nil
			a.ring()
		}
	})
	a.timer = timer
}

func (a *alarm) ring() {
	select {
	case a.rung <- struct{}{}:
	default:
	}
}

// stop ends what it is set to.
func (a *alarm) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
}
