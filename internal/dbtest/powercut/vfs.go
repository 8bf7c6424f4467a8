package powercut

import (
	"errors"
	"path/filepath"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// VFS is the name by which SQLite knows the VFS, once there is a Disk.
const VFS = "powercut"

var (
	disks   sync.Map // *Disk by folder
	handles sync.Map // *handle by the address of SQLite's file

	system *sqlite3.Tsqlite3_vfs // the VFS that does the work
)

// handle is a file that SQLite has open. It is the system's own, but for its methods: a copy, of
// which those that change what is on the disk are ours.
type handle struct {
	disk   *Disk
	path   string
	ours   *sqlite3.Tsqlite3_io_methods
	system *sqlite3.Tsqlite3_io_methods
}

// These are the types of the functions of C, which is translated to Go.
type (
	openFunc     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc   = func(*libc.TLS, uintptr, uintptr, int32) int32
	closeFunc    = func(*libc.TLS, uintptr) int32
	writeFunc    = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	truncateFunc = func(*libc.TLS, uintptr, int64) int32
	syncFunc     = func(*libc.TLS, uintptr, int32) int32
)

// pointer is a Go function as C has it.
func pointer[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// function is the Go function of such a pointer.
func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }

// at is what lies at an address of SQLite's memory, which is none of Go's.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// alloc copies a value to that memory, and free gives its place back.
func alloc[T any](tls *libc.TLS, value T) *T {
	place := at[T](libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(value))))
	*place = value
	return place
}

func free[T any](tls *libc.TLS, place *T) { libc.Xfree(tls, uintptr(unsafe.Pointer(place))) }

// register makes the VFS known. It stays for as long as the process.
var register = sync.OnceValue(func() error {
	tls := libc.NewTLS()
	defer tls.Close()
	name, err := libc.CString(VFS)
	if err != nil {
		return err
	}
	system = at[sqlite3.Tsqlite3_vfs](sqlite3.Xsqlite3_vfs_find(tls, 0))
	if system == nil {
		return errors.New("powercut: SQLite has no VFS")
	}
	ours := alloc(tls, *system)
	ours.FzName = name
	ours.FxOpen, ours.FxDelete = pointer[openFunc](open), pointer[deleteFunc](remove)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, uintptr(unsafe.Pointer(ours)), 0); rc != 0 {
		return errors.New("powercut: SQLite does not take the VFS")
	}
	return nil
})

// on is the disk that a file is on, or nil: temporary files are on none.
func on(path uintptr) (disk *Disk, name string) {
	if path == 0 {
		return nil, ""
	}
	name = libc.GoString(path)
	d, _ := disks.Load(filepath.Dir(name))
	disk, _ = d.(*Disk)
	return disk, name
}

func open(tls *libc.TLS, self, path, file uintptr, flags int32, out uintptr) int32 {
	disk, name := on(path)
	if disk != nil && disk.open(name) != nil {
		return sqlite3.SQLITE_CANTOPEN
	}
	rc := function[openFunc](system.FxOpen)(tls, self, path, file, flags, out)
	if disk == nil || rc != sqlite3.SQLITE_OK {
		return rc
	}
	methods := at[*sqlite3.Tsqlite3_io_methods](file)
	h := &handle{disk: disk, path: name, ours: alloc(tls, **methods), system: *methods}
	h.ours.FxClose = pointer[closeFunc](closeFile)
	h.ours.FxWrite = pointer[writeFunc](write)
	h.ours.FxTruncate = pointer[truncateFunc](truncate)
	h.ours.FxSync = pointer[syncFunc](syncFile)
	handles.Store(file, h)
	*methods = h.ours
	return rc
}

func remove(tls *libc.TLS, self, path uintptr, folder int32) int32 {
	if disk, name := on(path); disk != nil && !disk.remove(name) {
		return sqlite3.SQLITE_IOERR_DELETE
	}
	return function[deleteFunc](system.FxDelete)(tls, self, path, folder)
}

func of(file uintptr) *handle {
	h, _ := handles.Load(file)
	return h.(*handle)
}

func closeFile(tls *libc.TLS, file uintptr) int32 {
	h := of(file)
	handles.Delete(file)
	defer free(tls, h.ours)
	return function[closeFunc](h.system.FxClose)(tls, file)
}

func write(tls *libc.TLS, file, from uintptr, n int32, to int64) int32 {
	h := of(file)
	body := append([]byte{}, unsafe.Slice(at[byte](from), n)...)
	if !h.disk.change(h.path, change{to, body}) {
		return sqlite3.SQLITE_IOERR_WRITE
	}
	return function[writeFunc](h.system.FxWrite)(tls, file, from, n, to)
}

func truncate(tls *libc.TLS, file uintptr, size int64) int32 {
	h := of(file)
	if !h.disk.change(h.path, change{at: size}) {
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	return function[truncateFunc](h.system.FxTruncate)(tls, file, size)
}

// syncFile syncs nothing real: the disk that counts is ours.
func syncFile(_ *libc.TLS, file uintptr, _ int32) int32 {
	h := of(file)
	if !h.disk.sync(h.path) {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	return sqlite3.SQLITE_OK
}
