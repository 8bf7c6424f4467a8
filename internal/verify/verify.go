package verify

import (
	"context"
	"fmt"
	"slices"

	"orderflow/internal/store"
)

// Run checks every invariant in one snapshot of the database. Violations are in the report; an
// error means that the database could not be read. It takes no locks and may run on a live system.
// progress, which may be nil, hears now and then how much a step has read.
func Run(
	ctx context.Context, db *store.DB, progress func(step string, done int),
) (Report, error) {
	if progress == nil {
		progress = func(string, int) {}
	}
	r := &run{progress: progress}
	err := inSnapshot(ctx, db, func(s *snapshot) error {
		r.snapshot = s
		for _, step := range []func(context.Context) error{
			r.vocabularies, r.references, r.stock, r.transfers, r.orders, r.feed, r.useOnce,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	report := Report{Lag: r.lag}
	slices.SortStableFunc(r.checks, func(a, b *Check) int { return a.Invariant - b.Invariant })
	for _, c := range r.checks {
		report.Checks = append(report.Checks, *c)
	}
	return report, nil
}

// run is one run of all checks.
type run struct {
	*snapshot
	progress func(step string, done int)
	checks   []*Check
	lag      Lag
}

// check registers a check; what it finds is recorded on it.
func (r *run) check(invariant int, name, says string) *Check {
	c := &Check{Invariant: invariant, Name: name, Says: says}
	r.checks = append(r.checks, c)
	return c
}
