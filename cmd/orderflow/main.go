// Orderflow is the order system as one program: the server and its tools.
//
// It owns the command line and the wiring of packages to a running server (App). It holds no rule
// of orders. wire.go is the only list of payment channels.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	p := program{out: os.Stdout, err: os.Stderr, env: os.LookupEnv}
	os.Exit(p.run(ctx, os.Args[1:]))
}
