package event

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/feedhead"
	"orderflow/internal/fault"
	"orderflow/internal/store"
)

// epochColumn is what WithEpoch calls the epoch.
const epochColumn = "feed_epoch"

// WithEpoch makes a query of events read the feed's epoch beside each row, for CursorOf. It is one
// statement, so the epoch is that of the database from which the row comes, whatever was restored
// meanwhile.
func WithEpoch(s *sql.Selector) {
	if len(s.FindSelection(epochColumn)) == 0 {
		s.AppendSelectExprAs(sql.Raw("(SELECT epoch FROM feed_heads)"), epochColumn)
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

// OtherEpoch is the fault CURSOR_EXPIRED for a cursor of another epoch.
func OtherEpoch() error {
	return fault.New(fault.CursorExpired, "This cursor is of another epoch of the feed: "+
		"the data was restored; read the present state and follow anew.")
}
