package server

import (
	"os"
	"path/filepath"
)

const (
	memoryFolder = "/dev/shm"
	memoryNeeded = 2 << 30
	folderPrefix = "orderflow-test-"
)

// folder is a temporary folder that is known to be in use as long as its owner lives.
type folder struct {
	path string
	lock *os.File
}

// newFolder makes a folder, in memory where there is room, and first clears away those whose owner
// died.
func newFolder() (*folder, error) {
	if room(memoryFolder) >= memoryNeeded {
		if f, err := newFolderIn(memoryFolder); err == nil {
			return f, nil
		}
	}
	return newFolderIn(os.TempDir())
}

func newFolderIn(parent string) (*folder, error) {
	sweep(parent)
	path, err := os.MkdirTemp(parent, folderPrefix)
	if err != nil {
		return nil, err
	}
	f := &folder{path: path}
	// Locked under another name first: a sweep must not find a lock that is not held yet.
	if f.lock, err = os.Create(f.file("lock.new")); err == nil {
		if err = hold(f.lock); err == nil {
			err = os.Rename(f.file("lock.new"), f.file("lock"))
		}
	}
	if err != nil {
		f.remove()
		return nil, err
	}
	return f, nil
}

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

func (f *folder) remove() {
	_ = os.RemoveAll(f.path)
	_ = f.lock.Close() // nil is refused with an error, not a panic
}

// sweep removes the folders of runs that were killed: their locks are free.
func sweep(parent string) {
	locks, _ := filepath.Glob(filepath.Join(parent, folderPrefix+"*", "lock"))
	for _, name := range locks {
		lock, err := os.Open(name)
		if err != nil {
			continue
		}
		if hold(lock) == nil {
			_ = os.RemoveAll(filepath.Dir(name))
		}
		_ = lock.Close()
	}
}
