package main

import (
	"bufio"
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
	p := &process{Cmd: exec.Command(self, append([]string{"serve"}, args...)...)}
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

func TestProcess(t *testing.T) {
	t.Parallel()
	args := append([]string{
		"--database", "sqlite:" + filepath.Join(t.TempDir(), "orderflow.db"), "--log-level", "error",
	}, anyAddresses...)
	first := startProcess(t, append(args, "--demo")...)
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
