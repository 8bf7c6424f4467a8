package event

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/feedhead"
	"orderflow/ent/predicate"
	"orderflow/internal/fault"
	"orderflow/internal/store"
)

// Epoch is the feed's epoch as this process's sequencer has read it last, at most two seconds ago;
// 0 for a feed without a head. It is for cursors of events that are read after the call. When a
// restored database takes the place of another, such a cursor may name the epoch of before and so
// be expired early, but it never names the new epoch beside a position of the old database.
func (f *Feed) Epoch(ctx context.Context) (int64, error) {
	if epoch := f.hub.knownEpoch(); epoch != 0 {
		return epoch, nil
	}
	head, err := headOf(ctx, f.db)
	if err != nil {
		return 0, err
	}
	f.hub.learnEpoch(head.Epoch)
	return head.Epoch, nil
}

// inEpoch selects the rows of a database whose feed is in an epoch: all or, when another has taken
// its place, none.
func inEpoch(epoch int64) predicate.Event {
	return func(s *sql.Selector) {
		s.Where(sql.ExprP("(SELECT epoch FROM feed_heads WHERE id = ?) = ?", headID, epoch))
	}
}

// NewEpoch gives the feed another epoch: every cursor that was issued before is expired. It is for
// a database that was restored from a backup, whose feed will place other events where the lost
// ones were. Servers may run; they notice it within two seconds.
func NewEpoch(ctx context.Context, db *store.DB) error {
	if err := ensureHead(ctx, db); err != nil {
		return err
	}
	err := db.Client.FeedHead.Update().Where(feedhead.ID(headID)).SetEpoch(randomEpoch()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("new epoch of the feed: %w", err)
	}
	return nil
}

// ensureHead creates the head's row. It reads first: an insert would wait for the row's lock.
func ensureHead(ctx context.Context, db *store.DB) error {
	exists, err := db.Client.FeedHead.Query().Where(feedhead.ID(headID)).Exist(ctx)
	if err != nil || exists {
		return err
	}
	err = db.Client.FeedHead.Create().SetID(headID).SetEpoch(randomEpoch()).Exec(ctx)
	if err != nil && !ent.IsConstraintError(err) {
		return fmt.Errorf("feed head: %w", err)
	}
	return nil
}

// randomEpoch is never 0, which stands for no epoch.
func randomEpoch() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:])>>1) | 1
}

func otherEpoch() error {
	return fault.New(fault.CursorExpired, "This cursor is of another epoch of the feed: "+
		"the data was restored; read the present state and follow anew.")
}
