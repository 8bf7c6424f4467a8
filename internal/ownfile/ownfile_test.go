//go:build unix

package ownfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"orderflow/internal/ownfile"
)

// TestMain makes everything under the loosest umask.
func TestMain(m *testing.M) {
	syscall.Umask(0)
	os.Exit(m.Run())
}

func wantMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s is %o, want %o", filepath.Base(path), got, want)
	}
}

func TestWhatIsMissingIsMadeForOneUser(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(folder, "orderflow.db")
	if err := ownfile.Database(path); err != nil {
		t.Fatal(err)
	}
	wantMode(t, path, 0o600)
	wantMode(t, folder, 0o700)
	wantMode(t, filepath.Dir(folder), 0o700)
	f, err := ownfile.Create(filepath.Join(folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	wantMode(t, f.Name(), 0o600)
}

func TestWhatIsThereIsTightened(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "orderflow.db")
	for _, beside := range []string{"", "-wal", "-shm", "-journal", ".json"} {
		if err := os.WriteFile(path+beside, []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := ownfile.Database(path); err != nil {
		t.Fatal(err)
	}
	f, err := ownfile.Create(path + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, beside := range []string{"", "-wal", "-shm", "-journal", ".json"} {
		wantMode(t, path+beside, 0o600)
	}
	if body, err := os.ReadFile(path); err != nil || string(body) != "x" {
		t.Errorf("the database has %q, %v", body, err)
	}
	wantMode(t, folder, 0o755) // it may be shared
}

func TestADeviceStaysAsItIs(t *testing.T) {
	t.Parallel()
	before, err := os.Stat(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	f, err := ownfile.Create(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	wantMode(t, os.DevNull, before.Mode().Perm())
}
