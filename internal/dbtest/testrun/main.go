// Command testrun runs `go test` with the arguments it is given, on one real MySQL or MariaDB for
// the whole run and on SQLite, and prints what that was, which packages took longest and what
// failed:
//
//	go run ./internal/dbtest/testrun -race ./...
//
// With -race it runs twice: on the server with the race detector, and on SQLite without, which is
// Go code and many times slower under it. ORDERFLOW_TEST_ONLY=sqlite leaves the server out.
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
	"os/signal"
	"syscall"
	"time"

	_ "modernc.org/sqlite"

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
	if os.Getenv(server.OnlyVariable) == dbSQLite {
		return report(ctx, []pass{{ground: sqlite, only: dbSQLite, args: args}})
	}
	srv, err := server.Obtain(ctx, os.Stderr)
	switch {
	case errors.Is(err, server.ErrNone):
		return alone(ctx, args, sqlite, err)
	case err != nil:
		return failed(err)
	}
	defer srv.Stop()
	return report(ctx, passes(args, os.Getenv(server.OnlyVariable), sqlite, srv))
}

// alone runs on SQLite only, and says that this is not the whole suite.
func alone(ctx context.Context, args []string, sqlite string, why error) int {
	fmt.Fprintf(os.Stderr, "dbtest: %v\n", why)
	code := report(ctx, []pass{{ground: sqlite, args: args}})
	if os.Getenv("CI") == "true" && code == 0 {
		code = exitFailure
	}
	fmt.Printf("ran on: %s ONLY. NOTHING WAS TESTED ON MySQL OR MariaDB: install mariadb-server, "+
		"start Docker, or set %s\n", sqlite, server.Variable)
	return code
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
