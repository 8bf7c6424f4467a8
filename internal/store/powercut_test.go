package store_test

import (
	"fmt"
	"slices"
	"testing"

	"orderflow/internal/dbtest"
)

// TestPowerCuts cuts the power while buyers place and pay: in any operation on the disk, those of
// checkpoints and of the recovery from the last cut included. Nothing that anybody was told is
// lost.
func TestPowerCuts(t *testing.T) {
	onSQLite(t)
	for name, pragmas := range map[string][]string{
		"few checkpoints":  {"wal_autocheckpoint = 300"},
		"many checkpoints": {"wal_autocheckpoint = 10"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(dbtest.Size(2, 100)) {
				t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
					o := newOutage(t, seed, pragmas...)
					for cut := range 12 {
						if after := o.powerCut(t); after.lost > 0 || after.broken != nil {
							t.Fatalf("cut %d: %d acknowledged are lost, %v", cut, after.lost,
								after.broken)
						}
					}
					if len(o.paid) == 0 || o.seen == 0 {
						t.Error("nobody was told anything")
					}
				})
			}
		})
	}
}

// mostCuts is how often the power is cut until it must have been felt: each time it is felt or not
// with about the same chance.
const mostCuts = 60

// TestPowerCutsAreFelt shows that TestPowerCuts can fail. Where a commit is not synced the last
// ones are lost, but what they leave is whole; where nothing is synced the database breaks.
func TestPowerCutsAreFelt(t *testing.T) {
	onSQLite(t)
	t.Run("NORMAL", func(t *testing.T) {
		t.Parallel()
		o := newOutage(t, 1, "synchronous = NORMAL", "wal_autocheckpoint = 100")
		for range mostCuts {
			after := o.powerCut(t)
			if after.broken != nil {
				t.Fatal(after.broken)
			}
			if after.lost > 0 {
				return
			}
		}
		t.Error("nothing acknowledged was lost")
	})
	t.Run("OFF", func(t *testing.T) {
		t.Parallel()
		o := newOutage(t, 2, "synchronous = OFF", "wal_autocheckpoint = 10")
		for range mostCuts {
			if after := o.powerCut(t); after.broken != nil {
				t.Log(after.broken)
				return
			}
		}
		t.Error("the database never broke")
	})
}

// onSQLite has a test run in parallel, where this run is one on SQLite.
func onSQLite(t *testing.T) {
	t.Helper()
	if !slices.Contains(dbtest.Dialects(t), dbtest.SQLite) {
		t.Skip("a run without SQLite")
	}
	t.Parallel()
}
