package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// checkEvery separates two checks of the database, however often somebody looks.
	checkEvery = 3 * time.Second
	// checkTimeout bounds one.
	checkTimeout = 2 * time.Second
)

// readiness is whether the database takes writes, as it was found last. The check writes: a server
// that is read-only or has no space answers every read.
type readiness struct {
	mu      sync.Mutex
	checked time.Time
	err     error
}

// check checks the database unless that was done a moment ago; those who look at the same time wait
// for one check.
func (r *readiness) check(now time.Time, write func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.checked) >= checkEvery {
		r.err, r.checked = write(), now
	}
	return r.err
}

// ready reports to a load balancer whether to send requests: the server is not stopping, its lanes
// go on and its database takes writes.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	select {
	case <-a.draining:
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	default:
	}
	err := a.readiness.check(time.Now(), func() error {
		return a.writes.Round(r.Context(), func(context.Context) error {
			// Others look at the result as well: it does not end with this request.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), checkTimeout)
			defer cancel()
			return a.db.CheckWritable(ctx)
		})
	})
	if err != nil {
		http.Error(w, "the database takes no writes", http.StatusServiceUnavailable)
		return
	}
	if late := a.lanes.Late(); len(late) > 0 {
		http.Error(w, "these do not go on: "+strings.Join(late, ", "), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}
