// Package powercut cuts the power of SQLite: a VFS that behaves as the one of the system, and below
// it a disk that knows which bytes were synced.
//
// A test opens a database through VFS in the folder of a Disk. At a given operation the power is
// cut: from then on nothing is written, synced or deleted. Disk.After writes what the disk may hold
// then: of each file all that was synced and, sector by sector, any part of what was not, each
// sector in one of the versions that were written, possibly torn.
//
// What it does not play: a disk that says it has synced and has not, bytes that change beside those
// that were written, and a deletion that is undone.
//
// Invariants:
//   - Only what was synced before the cut is certain. Of the operation in which it comes any part
//     may be done.
//   - A file that never was synced may be missing.
//   - Nothing real is synced: many cuts take seconds.
package powercut
