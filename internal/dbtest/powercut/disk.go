package powercut

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Disk is what a folder holds after a power cut. Its methods may be called by any goroutine.
type Disk struct {
	mu    sync.Mutex
	at    Moment // of the cut
	cut   bool
	files map[string]*file // by base name
}

// Moment is when the power is cut: in the first operation of a kind after so many others.
type Moment struct {
	After int
	in    operation
}

type operation int

const (
	anyOperation operation = iota // a write, a truncation, a sync or a deletion
	checkpoint                    // a write to a database itself
	syncing
	operations // the number of kinds
)

// Within draws a moment among the first so many operations, or soon after: syncs and checkpoints
// would be rare otherwise.
func Within(draw *rand.Rand, n int) Moment {
	return Moment{draw.IntN(n), operation(draw.IntN(int(operations)))}
}

// file is one file of a disk.
type file struct {
	certain  bool     // it exists after a cut
	synced   []byte   // what was synced
	unsynced []change // since then, in order
}

// NewDisk is a disk for the databases in a folder that are opened through VFS. What is there is
// synced.
func NewDisk(t testing.TB, folder string, cut Moment) *Disk {
	t.Helper()
	if err := register(); err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		t.Fatal(err)
	}
	d := &Disk{at: cut, files: map[string]*file{}}
	disks.Store(folder, d)
	t.Cleanup(func() { disks.Delete(folder) })
	return d
}

// Cut cuts the power now, if it is not cut yet.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cut = true
}

// IsCut reports whether the power is cut. What a caller was told before that was so at the cut.
func (d *Disk) IsCut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cut
}

// operate counts an operation. It is powered before the cut, and the power is cut during the last
// one. It returns with d.mu held.
func (d *Disk) operate(kind operation) (powered, last bool) {
	d.mu.Lock()
	if d.cut {
		return false, false
	}
	d.cut = d.at.After <= 0 && (d.at.in == anyOperation || d.at.in == kind)
	d.at.After--
	return !d.cut, d.cut
}

// open adds a file that is there, or that is new.
func (d *Disk) open(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := filepath.Base(path)
	if d.files[name] != nil || d.cut {
		return nil
	}
	body, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	d.files[name] = &file{certain: err == nil, synced: body}
	return nil
}

// change notes a change that is not synced yet. Of the last operation any part may be done.
func (d *Disk) change(path string, c change) bool {
	kind := anyOperation
	if !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-journal") {
		kind = checkpoint
	}
	powered, last := d.operate(kind)
	defer d.mu.Unlock()
	if f := d.files[filepath.Base(path)]; f != nil && (powered || last) {
		f.unsynced = append(f.unsynced, c)
	}
	return powered
}

// sync makes certain what was changed.
func (d *Disk) sync(path string) bool {
	powered, _ := d.operate(syncing)
	defer d.mu.Unlock()
	if f := d.files[filepath.Base(path)]; f != nil && powered {
		for _, c := range f.unsynced {
			f.synced = c.apply(f.synced)
		}
		f.unsynced, f.certain = nil, true
	}
	return powered
}

func (d *Disk) remove(path string) bool {
	powered, _ := d.operate(anyOperation)
	defer d.mu.Unlock()
	if powered {
		delete(d.files, filepath.Base(path))
	}
	return powered
}
