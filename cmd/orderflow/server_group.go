package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"orderflow/internal/config"
	"orderflow/internal/tools/bench"
)

// serverGroup is one or more servers of this program on one database, each a process of its own.
type serverGroup struct {
	cfg    config.Config
	size   int
	errors io.Writer     // receives the error logs of the servers
	cpu    time.Duration // processor time, once they are stopped
}

// start starts the servers and returns when they serve. stop ends them.
func (f *serverGroup) start(ctx context.Context) (stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	stateDir, err := os.MkdirTemp("", "orderflow-bench-")
	if err != nil {
		return nil, err
	}
	var running []*bench.Server
	stop = func() error {
		problems := []error{nil}
		for _, server := range running {
			cpu, err := server.Stop()
			f.cpu += cpu
			problems = append(problems, err)
		}
		return errors.Join(append(problems, os.RemoveAll(stateDir))...)
	}
	for i := range f.size {
		server, err := bench.Launch(ctx, self, []string{
			"ORDERFLOW_DATABASE=" + f.cfg.Database,
			"ORDERFLOW_SANDBOX_STATE=" + filepath.Join(stateDir, fmt.Sprintf("sandbox-%d.db", i)),
		}, f.errors)
		if err != nil {
			return nil, errors.Join(err, stop())
		}
		running = append(running, server)
	}
	return stop, nil
}
