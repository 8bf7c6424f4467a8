package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"orderflow/internal/store"
)

// Drain runs everything that is due now, and what becomes due by that, and returns when nothing is
// due and no claim or run of this Runner is in progress. A row that fails is not due again before
// its claim has expired. advanceClock and tests call it; it works with and without Run beside it,
// and ignores what other servers have claimed.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		before := r.runs()
		n, err := r.claimAndRun(ctx)
		if err != nil {
			return err
		}
		if err := r.waitIdle(ctx); err != nil {
			return err
		}
		if n == 0 && r.runs() == before {
			return nil
		}
	}
}

// claimAndRun claims once for every job of which rows are due, runs the claimed rows and returns
// their number. What was claimed is run even if ctx ends.
func (r *Runner) claimAndRun(ctx context.Context) (int, error) {
	r.begin(1)
	defer r.end(0)
	dues := make([]store.Due, len(r.queues))
	for i, q := range r.queues {
		dues[i] = q.job.Due
	}
	times, err := r.db.NextDue(ctx, 0, dues...)
	if err != nil {
		return 0, fmt.Errorf("due rows: %w", err)
	}
	var rows sync.WaitGroup
	var problems []error
	n := 0
	for i, q := range r.queues {
		if times[i].IsZero() {
			continue
		}
		ids, err := r.db.Take(ctx, q.job.Due, cap(q.claims))
		if err != nil {
			problems = append(problems, fmt.Errorf("claim %s: %w", q.job.Name, err))
		}
		claimed := time.Now()
		n += len(ids)
		r.begin(len(ids))
		for _, id := range ids {
			rows.Go(func() {
				r.runQueued(context.WithoutCancel(ctx), q, id, claimed)
				r.end(1)
			})
		}
	}
	rows.Wait()
	return n, errors.Join(problems...)
}

// begin counts n claims or runs as in progress.
func (r *Runner) begin(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inProgress += n
}

// end counts one of them as over, and adds the rows that were run (0 for a claim, 1 for a run).
func (r *Runner) end(rows uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inProgress--
	r.ran += rows
	if r.inProgress == 0 && r.idle != nil {
		close(r.idle)
		r.idle = nil
	}
}

// runs is how many rows were run so far.
func (r *Runner) runs() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ran
}

// waitIdle waits until no claim or run is in progress.
func (r *Runner) waitIdle(ctx context.Context) error {
	r.mu.Lock()
	if r.inProgress == 0 {
		r.mu.Unlock()
		return nil
	}
	if r.idle == nil {
		r.idle = make(chan struct{})
	}
	idle := r.idle
	r.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
