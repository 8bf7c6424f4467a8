package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/dbtest/powercut"
	"orderflow/internal/ordertest"
)

// TestPowerCutsWhileMigrating makes a database, and goes on from cut to cut until it is there.
func TestPowerCutsWhileMigrating(t *testing.T) {
	onSQLite(t)
	for seed := range uint64(dbtest.Size(3, 50)) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			draw := rand.New(rand.NewPCG(seed, 0))
			folder, done := t.TempDir(), false
			for cuts := 0; !done; cuts++ {
				if folder, done = migrateUntilCut(t, folder, draw); cuts == 100 {
					t.Fatal("it does not get on")
				}
			}
			db, err := openFile(t, folder, "")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			pending, err := db.Pending(t.Context())
			err = errors.Join(err, damage(t.Context(), db, ordertest.Keys(t)))
			if err != nil || len(pending) > 0 {
				t.Errorf("pending %v, %v", pending, err)
			}
		})
	}
}

// migrateUntilCut returns what it leaves, and whether that is all.
func migrateUntilCut(
	t *testing.T, folder string, draw *rand.Rand,
) (outcome string, done bool) {
	t.Helper()
	disk := powercut.NewDisk(t, folder, powercut.Within(draw, 1000))
	db, err := openFile(t, folder, powercut.VFS)
	if err == nil {
		_, err = db.Migrate(t.Context())
		done = err == nil && !disk.IsCut()
		defer db.Close()
	}
	if err != nil && !disk.IsCut() {
		t.Fatal(err)
	}
	disk.Cut()
	outcome = t.TempDir()
	if err := disk.After(outcome, draw); err != nil {
		t.Fatal(err)
	}
	return outcome, done
}
