package due

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Drain runs everything that is due now, and what becomes due by that, and returns when nothing is
// and Run and other calls of Drain have no row in hand. A row that fails is not due again before
// its claim has run out. advanceClock and tests call it; it works with and without Run beside it,
// and knows nothing of what other servers have in hand.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		before := r.done()
		n, err := r.round(ctx)
		if err != nil {
			return err
		}
		if err := r.rest(ctx); err != nil {
			return err
		}
		if n == 0 && r.done() == before {
			return nil
		}
	}
}

// round claims once for every job, runs what it got and tells how many rows that were. What was
// claimed is run even if ctx ends.
func (r *Runner) round(ctx context.Context) (int, error) {
	var rows sync.WaitGroup
	var problems []error
	n := 0
	r.begin(1)
	for _, l := range r.lanes {
		ids, err := claim(ctx, l.job, cap(l.held))
		if err != nil {
			problems = append(problems, fmt.Errorf("claim %s: %w", l.job.Name, err))
		}
		claimed := time.Now()
		n += len(ids)
		r.begin(len(ids))
		for _, id := range ids {
			rows.Go(func() {
				r.inTurn(context.WithoutCancel(ctx), l, id, claimed)
				r.end(1)
			})
		}
	}
	r.end(0)
	rows.Wait()
	return n, errors.Join(problems...)
}

// begin counts n claims or rows that are now under way.
func (r *Runner) begin(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy += n
}

// end counts one of them as over, and rows (0 of a claim, 1 of a row) as run.
func (r *Runner) end(rows uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy--
	r.ran += rows
	if r.busy == 0 && r.idle != nil {
		close(r.idle)
		r.idle = nil
	}
}

// done tells how many rows were run so far.
func (r *Runner) done() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ran
}

// rest waits until nothing is in hand.
func (r *Runner) rest(ctx context.Context) error {
	r.mu.Lock()
	if r.busy == 0 {
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
