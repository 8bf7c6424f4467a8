package server

import (
	"errors"
	"os"
	"testing"
)

// Not parallel: a program that another test starts holds copies of our locks until it is executed.
func TestSweepTakesOnlyTheDead(t *testing.T) {
	parent := t.TempDir()
	alive, err := newFolderIn(parent)
	if err != nil {
		t.Fatal(err)
	}
	dead, err := newFolderIn(parent)
	if err != nil {
		t.Fatal(err)
	}
	if err := dead.lock.Close(); err != nil { // what the kernel does for a killed process
		t.Fatal(err)
	}
	sweep(parent)
	if _, err := os.Stat(alive.path); err != nil {
		t.Errorf("a folder in use is gone: %v", err)
	}
	if _, err := os.Stat(dead.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a dead run's folder is still there: %v", err)
	}
	alive.remove()
}
