// Command scratch runs a command with one more argument, the DSN of an empty MySQL or MariaDB
// database that is dropped afterwards:
//
//	go run ./internal/dbtest/scratch go run ent/migrate/diff.go NAME
//
// The server is found or started as for the tests.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"orderflow/internal/dbtest/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "scratch: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) == 0 {
		return errors.New("usage: scratch COMMAND [ARGUMENT…]")
	}
	srv, err := server.Obtain(ctx, os.Stderr)
	if err != nil {
		return err
	}
	defer srv.Stop()
	dsn, drop, err := server.NewDatabase(ctx, srv.DSN)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	cmd := exec.CommandContext(ctx, args[0], append(args[1:], dsn)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}
