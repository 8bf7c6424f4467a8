package powercut_test

import (
	"database/sql"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"orderflow/internal/dbtest/powercut"
)

// TestSyncedIsKept cuts the power while one connection writes rows. Those that were written before
// are there where each commit is synced; else some of them are lost.
func TestSyncedIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		synchronous string
		loses       bool
	}{
		{"FULL", false}, {"NORMAL", true},
	} {
		t.Run(c.synchronous, func(t *testing.T) {
			t.Parallel()
			lost, more := 0, 0
			for seed := range uint64(50) {
				draw := rand.New(rand.NewPCG(seed, 0))
				folder, outcome := t.TempDir(), t.TempDir()
				disk := powercut.NewDisk(t, folder, powercut.Within(draw, 200))
				written := writeRows(open(t, folder, c.synchronous), disk)
				if err := disk.After(outcome, draw); err != nil {
					t.Fatal(err)
				}
				switch kept := rows(t, open(t, outcome, c.synchronous)); {
				case kept < written:
					lost += written - kept
				case kept > written:
					more++
				}
			}
			if lost > 0 != c.loses {
				t.Errorf("%d rows are lost", lost)
			}
			if more == 0 {
				t.Error("what was not synced never outlived the cut")
			}
		})
	}
}

func open(t *testing.T, folder, synchronous string) *sql.DB {
	t.Helper()
	query := url.Values{"vfs": {powercut.VFS}, "_pragma": {"journal_mode(WAL)",
		"wal_autocheckpoint(5)", "synchronous(" + synchronous + ")"}}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "rows.db")+"?"+query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// writeRows writes rows until the power is cut.
func writeRows(db *sql.DB, disk *powercut.Disk) (written int) {
	_, err := db.Exec("CREATE TABLE numbers (id INTEGER PRIMARY KEY)")
	for err == nil {
		_, err = db.Exec("INSERT INTO numbers DEFAULT VALUES")
		if err == nil && !disk.IsCut() {
			written++
		}
	}
	return written
}

// rows counts the rows; before the table there are none.
func rows(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	var tables int
	err := db.QueryRow("SELECT COUNT(*) FROM sqlite_schema").Scan(&tables)
	if err == nil && tables > 0 {
		err = db.QueryRow("SELECT COUNT(*) FROM numbers").Scan(&n)
	}
	if err != nil {
		t.Error(err)
	}
	return n
}

// TestPower shows that a disk works until its power is cut, and that the folder of an outcome is a
// folder like any other.
func TestPower(t *testing.T) {
	t.Parallel()
	folder, outcome := t.TempDir(), t.TempDir()
	disk := powercut.NewDisk(t, folder, powercut.Moment{After: 1_000_000})
	if err := disk.After(outcome, rand.New(rand.NewPCG(0, 0))); err == nil {
		t.Error("an outcome before the cut")
	}
	db := open(t, folder, "FULL")
	if _, err := db.Exec("CREATE TABLE numbers (id INTEGER PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	disk.Cut()
	if _, err := db.Exec("INSERT INTO numbers DEFAULT VALUES"); err == nil || !disk.IsCut() {
		t.Error("written without power")
	}
	if err := disk.After(outcome, rand.New(rand.NewPCG(0, 0))); err != nil {
		t.Fatal(err)
	}
	after := open(t, outcome, "FULL")
	if _, err := after.Exec("INSERT INTO numbers DEFAULT VALUES"); err != nil {
		t.Fatal(err)
	}
	if n := rows(t, after); n != 1 {
		t.Errorf("%d rows", n)
	}
}
