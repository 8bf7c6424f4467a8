package graph

import (
	"context"
	"time"

	"orderflow/internal/audit"
	"orderflow/internal/fault"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// moveClock moves the simulated clock and returns its new time. Faults: ACTION_NOT_ALLOWED
// where it is the real one, CLOCK_LOCKED.
func (r *Resolver) moveClock(
	ctx context.Context, move func(now time.Time) time.Time,
) (time.Time, error) {
	err := error(fault.New(fault.ActionNotAllowed, "The clock of this server is the real one."))
	if r.drain != nil {
		err = r.db.MoveClock(ctx, store.ClockMove{To: move, Record: recordMove})
	}
	now, failed := r.db.Now(ctx)
	if failed != nil {
		return now, failed
	}
	return now, err
}

func recordMove(ctx context.Context, tx *store.Tx, from, to time.Time) error {
	return audit.Record(ctx, tx, audit.Entry{Action: vocab.AuditMoveClock, Change: audit.Change{
		Before: map[string]any{"now": from}, After: map[string]any{"now": to}}})
}

// maxAdvance bounds one advance of the clock.
const maxAdvance = 10 * 365 * 24 * time.Hour

// advanceClock moves the clock forward and does what is due then. Fault: INVALID_INPUT.
func (r *Resolver) advanceClock(ctx context.Context, seconds int64) (time.Time, error) {
	if seconds < 0 || seconds > int64(maxAdvance/time.Second) {
		now, err := r.db.Now(ctx)
		if err == nil {
			err = fault.At("seconds", fault.InvalidInput,
				"A number from 0 to %d.", int64(maxAdvance/time.Second))
		}
		return now, err
	}
	step := time.Duration(seconds) * time.Second
	now, err := r.moveClock(ctx, func(now time.Time) time.Time { return now.Add(step) })
	if err != nil {
		return now, err
	}
	return now, r.drain(ctx)
}
