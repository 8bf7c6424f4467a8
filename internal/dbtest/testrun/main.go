// Command testrun runs `go test` with the arguments it is given, on one real MySQL or MariaDB for
// the whole run and on SQLite, and says plainly what that was:
//
//	go run ./internal/dbtest/testrun -race ./...
//
// It exits as go test does. Without any MySQL or MariaDB the tests run on SQLite alone; the last
// line says so, and where CI=true the run fails.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	_ "modernc.org/sqlite"

	"orderflow/internal/dbtest/child"
	"orderflow/internal/dbtest/server"
)

const (
	grace       = 10 * time.Second
	parentCheck = time.Second
	exitFailure = 1
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(ctx)
	go whenOrphaned(ctx, cancel)
	code := run(ctx, os.Args[1:])
	cancel()
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string) int {
	sqlite, err := sqliteVersion(ctx)
	if err != nil {
		return failed(err)
	}
	srv, err := server.Obtain(ctx, os.Stderr)
	switch {
	case errors.Is(err, server.ErrNone):
		return alone(ctx, args, sqlite, err)
	case err != nil:
		return failed(err)
	}
	defer srv.Stop()
	ground := fmt.Sprintf("%s and %s", srv, sqlite)
	fmt.Printf("testing on: %s\n", ground)
	code := goTest(ctx, args, srv.DSN)
	fmt.Printf("ran on: %s\n", ground)
	return code
}

// alone runs on SQLite only, which nobody may take for the whole suite.
func alone(ctx context.Context, args []string, sqlite string, why error) int {
	fmt.Fprintf(os.Stderr, "dbtest: %v\n", why)
	code := goTest(ctx, args, "")
	if os.Getenv("CI") == "true" && code == 0 {
		code = exitFailure
	}
	fmt.Printf("ran on: %s ONLY. NOTHING WAS TESTED ON MySQL OR MariaDB: install mariadb-server, "+
		"start Docker, or set %s\n", sqlite, server.Variable)
	return code
}

// goTest streams go test and returns its exit code.
func goTest(ctx context.Context, args []string, dsn string) int {
	cmd := exec.Command("go", append([]string{"test"}, args...)...)
	cmd.Env = append(os.Environ(), server.Variable+"="+dsn)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
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

// whenOrphaned cancels when the parent ends: `go run` passes no signal on and may be killed alone.
func whenOrphaned(ctx context.Context, cancel context.CancelFunc) {
	parent := os.Getppid()
	tick := time.NewTicker(parentCheck)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
	cancel()
}

func sqliteVersion(ctx context.Context) (string, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return "", err
	}
	defer db.Close()
	var version string
	err = db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
	return "SQLite " + version, err
}

func failed(err error) int {
	fmt.Fprintf(os.Stderr, "testrun: %v\n", err)
	return exitFailure
}
