package main

import (
	"bufio"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// process is the program in a process of its own.
type process struct {
	*exec.Cmd
	url string
}

// startProcess starts `serve` and waits for the line with its address.
func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Under the loosest umask, as what it writes must not depend on it.
	shell := append([]string{"-c", `umask 0; exec "$0" serve "$@"`, self}, args...)
	p := &process{Cmd: exec.Command("sh", shell...)}
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, found := strings.CutPrefix(lines.Text(), "listening on "); found {
			p.url = url
			go func() {
				for lines.Scan() { // so that the process never blocks on a full pipe
				}
			}()
			return p
		}
	}
	t.Fatal("it ended without listening")
	return nil
}

// wantPrivate fails the test unless all that a server has made is its own user's alone.
func wantPrivate(t *testing.T, folder string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		want := fs.FileMode(0o700)
		if !entry.IsDir() {
			files++
			want = 0o600
		}
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("%s is %o, want %o", path, info.Mode().Perm(), want)
		}
		return err
	})
	// The database and those of two sandboxes, each with its -wal and -shm.
	if err != nil || files < 9 {
		t.Errorf("%d files, %v", files, err)
	}
}

func TestProcess(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	args := append([]string{
		"--database", "sqlite:" + filepath.Join(folder, "orderflow.db"), "--log-level", "error",
	}, anyAddresses...)
	first := startProcess(t, append(args, "--demo")...)
	wantPrivate(t, folder)
	if status, _ := get(t, first.url+"/readyz"); status != 200 {
		t.Fatalf("/readyz answers %d", status)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err == nil {
		t.Fatal("a killed process ended well")
	}
	second := startProcess(t, args...)
	if status, _ := get(t, second.url+"/dev/token?role=merchant&shop=tea"); status != 200 {
		t.Errorf("after a kill the shop is gone: %d", status)
	}
	if err := second.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}
