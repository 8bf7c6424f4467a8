package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// runQueued runs a claimed row as soon as a worker of its queue is free, unless that took too long.
func (r *Runner) runQueued(ctx context.Context, q *queue, id globalid.ID, claimed time.Time) {
	q.workers <- struct{}{}
	defer func() { <-q.workers }()
	if time.Since(claimed) < queueWait {
		r.run(ctx, q.job, id)
	}
}

// run runs one row and logs a failure; the row's claim then expires.
func (r *Runner) run(ctx context.Context, job Job, id globalid.ID) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	err := func() (err error) {
		defer recoverInto(&err)
		return job.Run(ctx, id)
	}()
	if err != nil {
		r.log.Log(ctx, store.LogLevel(err),
			"due row failed; it is tried again when its claim has run out",
			"job", job.Name, "id", id.String(), "error", err)
	}
}

// recoverInto turns a panic into an error; it must be deferred.
func recoverInto(err *error) {
	if value := recover(); value != nil {
		*err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
	}
}
