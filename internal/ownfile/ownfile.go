package ownfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	fileMode   = 0o600
	folderMode = 0o700
)

// Database prepares the path of a SQLite database: its folder is made when it is missing, and so is
// the file, because SQLite makes it by the umask. What SQLite keeps beside it gets the modes of the
// file; what is there of it is tightened.
func Database(path string) error {
	if err := Folder(filepath.Dir(path)); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, fileMode)
	if err != nil {
		return fmt.Errorf("open for its own user: %w", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
		if err := tighten(path + beside); err != nil {
			return err
		}
	}
	return nil
}

// Folder makes a folder and those above it where they are missing.
func Folder(path string) error {
	if err := os.MkdirAll(path, folderMode); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	return nil
}

// Create is os.Create for a file of the program's user. A device or a pipe stays as it is.
func Create(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return nil, err
	}
	if err := tighten(path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func tighten(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&^fileMode == 0 {
		return err
	}
	if err := os.Chmod(path, fileMode); err != nil {
		return fmt.Errorf("others can read %s, and it belongs to another user: "+
			"run chmod 600 on it as its owner: %w", path, err)
	}
	return nil
}
