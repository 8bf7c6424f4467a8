package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"orderflow/internal/config"
)

// fleet is one or more servers of this program on one database, each a process of its own.
type fleet struct {
	cfg    config.Config
	size   int
	errors io.Writer     // hears what the servers log as an error
	cpu    time.Duration // what they needed, once they are stopped
}

// start starts the servers and returns when they serve. stop ends them.
func (f *fleet) start(ctx context.Context) (stop func() error, err error) {
	books, err := os.MkdirTemp("", "orderflow-bench-")
	if err != nil {
		return nil, err
	}
	var running []*exec.Cmd
	stop = func() error {
		problems := []error{nil}
		for _, server := range running {
			problems = append(problems, f.end(server))
		}
		return errors.Join(append(problems, os.RemoveAll(books))...)
	}
	for i := range f.size {
		server, err := f.launch(ctx, filepath.Join(books, fmt.Sprintf("sandbox-%d.db", i)))
		if err != nil {
			return nil, errors.Join(err, stop())
		}
		running = append(running, server)
	}
	return stop, nil
}

// launch starts one server and waits for the line that tells its address.
func (f *fleet) launch(ctx context.Context, books string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	server := exec.CommandContext(ctx, self, "serve", "--listen", "127.0.0.1:0",
		"--admin-listen", "127.0.0.1:0", "--log-level", "error", "--sandbox-state", books)
	// Not as a flag: it may hold a password, and everybody sees flags.
	server.Env = append(os.Environ(), "ORDERFLOW_DATABASE="+f.cfg.Database)
	server.Stderr = f.errors
	out, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "listening on ") {
		return nil, errors.Join(fmt.Errorf("a server ended without listening: %w", err), f.end(server))
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // so that it never waits for a reader
	return server, nil
}

// end stops a server as Ctrl-C does, or at once where there is no such signal.
func (f *fleet) end(server *exec.Cmd) error {
	if err := server.Process.Signal(os.Interrupt); err != nil {
		return errors.Join(err, server.Process.Kill(), server.Wait())
	}
	err := server.Wait()
	f.cpu += server.ProcessState.UserTime() + server.ProcessState.SystemTime()
	return err
}
