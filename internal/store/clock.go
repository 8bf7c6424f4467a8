package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"orderflow/ent"
	"orderflow/ent/setting"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
)

const offsetSetting = "clock.offset_ns"

// RealNow is real time: for leases, claims, tokens, retries and keys.
func (db *DB) RealNow() time.Time { return db.realNow().UTC().Truncate(time.Microsecond) }

// Now is business time: for deadlines, event times and windows. In production it is real time; with
// a simulated clock it is real time plus the offset that all servers share.
func (db *DB) Now(ctx context.Context) (time.Time, error) {
	if !db.simulated {
		return db.RealNow(), nil
	}
	offset, err := readOffset(ctx, db.Client)
	return db.RealNow().Add(offset), err
}

// Simulated reports whether business time can be moved, by any server of the database.
func (db *DB) Simulated() bool { return db.simulated }

// ClockMove moves business time: To says where to, and Record, nil for nobody, notes in the
// transaction that it was moved.
type ClockMove struct {
	To     func(now time.Time) time.Time
	Record func(ctx context.Context, tx *Tx, from, to time.Time) error
}

// MoveClock moves business time. It goes back only while no order exists: fault CLOCK_LOCKED. It is
// a command: a repeated idempotency key moves nothing. Only the development server calls it.
func (db *DB) MoveClock(ctx context.Context, move ClockMove) error {
	_, _, err := db.Command(ctx, func(ctx context.Context, tx *Tx) ([]globalid.ID, error) {
		return []globalid.ID{}, moveClock(ctx, tx, move)
	})
	return err
}

func moveClock(ctx context.Context, tx *Tx, move ClockMove) error {
	// The insert locks the row even when it exists, so concurrent moves add up.
	err := InsertNew(ctx, tx, &ent.Setting{ID: offsetSetting, Value: "0"})
	if err != nil {
		return err
	}
	offset, err := readOffset(ctx, tx.Client())
	if err != nil {
		return err
	}
	now := tx.RealNow.Add(offset)
	to := move.To(now)
	delta := to.Sub(now)
	if delta < 0 {
		some, err := tx.Order.Query().Exist(ctx)
		if err != nil {
			return err
		}
		if some {
			return fault.New(fault.ClockLocked, "Orders exist: the clock can only go forward.")
		}
		tx.raw.catalogue = true // what had ended may hold again
	}
	if move.Record != nil {
		if err := move.Record(ctx, tx, now, to); err != nil {
			return err
		}
	}
	return tx.Setting.Update().Where(setting.ID(offsetSetting)).
		SetValue(strconv.FormatInt(int64(offset+delta), 10)).Exec(ctx)
}

func readOffset(ctx context.Context, client *ent.Client) (time.Duration, error) {
	row, err := client.Setting.Get(ctx, offsetSetting)
	if ent.IsNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("clock offset: %w", err)
	}
	return offsetOf(row.Value)
}
