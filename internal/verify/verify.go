package verify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orderflow/internal/seal"
	"orderflow/internal/store"
)

// Progress is called now and then with how far a step of a run is.
type Progress func(step string, done, all int)

// Run checks every invariant in one snapshot of the database. Violations are in the report; an
// error means that the database could not be read. It takes no locks and may run on a live system.
// progress may be nil. Ends of chains of the audit log that an earlier report has must still be
// there: who can write the database can cut a chain and its head, but not what was kept elsewhere.
func Run(
	ctx context.Context, db *store.DB, keys *seal.Keyring, progress Progress, kept ...AuditHead,
) (Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	r := &run{progress: progress, sealed: keys, kept: kept}
	began := time.Now()
	err := inSnapshot(ctx, db, func(s *snapshot) (err error) {
		r.snapshot = s
		if r.now, err = db.Now(ctx); err != nil {
			return err
		}
		for _, step := range []func(context.Context) error{
			r.tables, r.keys, r.stock, r.returns, r.transfers, r.orders, r.feed, r.redemptions,
			r.bills, r.auditLog,
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
	report := Report{Rows: r.rows, Seconds: time.Since(began).Seconds(), Lag: r.lag,
		Audit: r.audit}
	slices.SortStableFunc(r.checks, func(a, b *Check) int { return a.Invariant - b.Invariant })
	for _, c := range r.checks {
		report.Checks = append(report.Checks, *c)
	}
	return report, nil
}

// run is one run of all checks.
type run struct {
	*snapshot
	progress Progress
	sealed   *seal.Keyring // opens what couriers told
	now      time.Time     // business time, not before anything that the snapshot holds
	checks   []*Check
	lag      Lag
	audit    []AuditHead
	kept     []AuditHead // of an earlier report
}

// check registers a check; what it finds is recorded on it.
func (r *run) check(invariant int, name, says string) *Check {
	c := &Check{Invariant: invariant, Name: name, Says: says}
	r.checks = append(r.checks, c)
	return c
}

// size is how many rows a table has, for the progress of a walk over it.
func (r *run) size(ctx context.Context, table string) (rows int, err error) {
	err = r.conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&rows)
	return rows, err
}

// progressEvery reports the progress of a stream every 1,000 rows.
func (r *run) progressEvery(step string, done, all int) {
	const interval = 1000
	if done%interval == 0 || done == all {
		r.progress(step, done, all)
	}
}
