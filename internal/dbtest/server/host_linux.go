package server

import (
	"os"
	"syscall"
)

// room is the number of bytes that may still be written below dir; 0 when that is unknown.
func room(dir string) uint64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0
	}
	return s.Bavail * uint64(s.Bsize)
}

// hold takes the file's lock, or fails when another process has it. It ends with the process.
func hold(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
