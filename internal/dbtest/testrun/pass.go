package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"orderflow/internal/dbtest/child"
	"orderflow/internal/dbtest/server"
)

// The names of dialects are those of package dbtest, which this command cannot import: it starts
// even when the rest does not compile.
const (
	dbSQLite = "sqlite"
	dbServer = "mysql"
)

const raceFlag = "-race"

// pass is one go test.
type pass struct {
	ground string // what it runs on, for people
	only   string // the one dialect; "" is all there are
	dsn    string
	args   []string
}

// passes is what a run with a server consists of.
func passes(args []string, only, sqlite string, srv *server.Server) []pass {
	at := slices.Index(args, raceFlag)
	if only != "" || at < 0 {
		ground := fmt.Sprintf("%s and %s", srv, sqlite)
		if only == dbServer {
			ground = srv.String()
		}
		return []pass{{ground: ground, only: only, dsn: srv.DSN, args: args}}
	}
	plain := slices.Delete(slices.Clone(args), at, at+1)
	return []pass{
		{ground: sqlite, only: dbSQLite, args: plain},
		// The first pass has vetted the same files.
		{ground: srv.String() + " with the race detector", only: dbServer, dsn: srv.DSN,
			args: append([]string{"-vet=off"}, args...)},
	}
}

// report runs passes, also after one that failed, and then says what they were. It returns the
// first exit code that is not 0.
func report(ctx context.Context, passes []pass) (code int) {
	var texts []string
	for _, p := range passes {
		fmt.Printf("testing on: %s\n", p.ground)
		var packages summary
		began := time.Now()
		result := p.run(ctx, &packages)
		took := time.Since(began).Round(time.Second)
		texts = append(texts, fmt.Sprintf("ran on: %s, %s%s", p.ground, took, packages))
		if code == 0 {
			code = result
		}
		if ctx.Err() != nil {
			break
		}
	}
	for _, text := range texts {
		fmt.Println(text)
	}
	return code
}

// run streams go test and returns its exit code.
func (p pass) run(ctx context.Context, packages *summary) int {
	cmd := exec.Command("go", append([]string{"test"}, p.args...)...)
	cmd.Env = append(os.Environ(), server.Variable+"="+p.dsn, server.OnlyVariable+"="+p.only)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, io.MultiWriter(os.Stdout, packages), os.Stderr
	process, err := child.Start(cmd)
	if err != nil {
		return failed(err)
	}
	select {
	case <-process.Done():
	case <-ctx.Done():
		process.Interrupt(grace)
	}
	err = process.Wait()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return failed(errors.New("interrupted"))
	case errors.As(err, &exit):
		return max(exit.ExitCode(), exitFailure)
	case err != nil:
		return failed(err)
	}
	return 0
}
