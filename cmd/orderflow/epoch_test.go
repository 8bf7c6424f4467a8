package main

import (
	"strings"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/fault"
)

// The command expires the cursors of before, on a fresh database too, and moves nothing.
func TestNewEpoch(t *testing.T) {
	t.Parallel()
	dbtest.EachName(t, func(t *testing.T, database string) {
		db := dbtest.OpenName(t, database)
		renew := func() {
			t.Helper()
			got := runProgram(t, nil, "new-epoch", "--database", database)
			if got.code != 0 || got.err != "" || !strings.Contains(got.out, "has a new epoch") {
				t.Fatalf("%+v", got)
			}
		}
		renew()
		for range 2 {
			db.Client.FeedHead.Update().SetPosition(9).ExecX(t.Context())
			head := db.Client.FeedHead.Query().OnlyX(t.Context())
			cursor := event.Cursor{Epoch: head.Epoch, Position: head.Position}
			follow := func() error {
				_, err := event.NewFeed(db).Follow(t.Context(), db.Client, event.Filter{}, &cursor)
				return err
			}
			if err := follow(); err != nil {
				t.Fatal(err)
			}
			renew()
			if err := follow(); !fault.Is(err, fault.CursorExpired) {
				t.Errorf("a cursor of the epoch before: %v", err)
			}
			if now := db.Client.FeedHead.Query().OnlyX(t.Context()).Position; now != 9 {
				t.Errorf("the feed has moved to %d", now)
			}
		}
	})
}
