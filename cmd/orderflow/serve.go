package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"orderflow/ent"
	"orderflow/ent/shop"
	"orderflow/internal/config"
)

func serveCommand() command {
	return command{
		name:    "serve",
		args:    "[--demo] [--migrate]",
		summary: "Run the server",
		description: `
Without settings it serves the address 127.0.0.1:8080 from an embedded SQLite database in ./data,
with a sandbox payment channel and courier inside, and prints its addresses and a token for every
role:

  orderflow serve --demo

It logs to standard error. An interrupt (Ctrl-C) or SIGTERM stops it within 10 seconds: running
requests and jobs are finished first. An embedded database is brought up to date at start; any other
must be (orderflow migrate), or --migrate does it.

Production needs ORDERFLOW_ENV=production and keys of your own; orderflow config reports what is
missing.
`,
		settings: true,
		bind:     func(*flag.FlagSet) action { return serve },
	}
}

// gcPercent is the growth of the heap between two collections unless GOGC says otherwise. A server
// has some ten megabytes in use, and would else spend a tenth of its time on collecting them.
const gcPercent = 400

func serve(ctx context.Context, p *program, cfg config.Config) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	app := &App{Config: cfg, Log: newLog(p.err, cfg), Out: p.out}
	if err := app.Start(ctx); err != nil {
		return err
	}
	// A program that has read the first line may stop the server at once.
	err := app.announce(context.WithoutCancel(ctx), p.out)
	if err == nil {
		err = app.Wait(ctx)
	}
	app.Log.Info("stopping")
	return errors.Join(err, app.Close())
}

// newLog writes text for people in development and JSON for machines in production.
func newLog(w io.Writer, cfg config.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.Env == config.Production {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// announce prints where the server is. The first line is for programs, the rest for people.
func (a *App) announce(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "listening on %s\n", a.URL())
	product, err := a.db.Product(ctx)
	if err != nil {
		return err
	}
	var list strings.Builder
	fmt.Fprintf(&list, "\nGraphQL\t%s/graphql\n", a.URL())
	if a.Config.GraphiQL {
		fmt.Fprintf(&list, "GraphiQL\t%s/\n", a.URL())
	}
	if a.paymentPeer != nil {
		fmt.Fprintf(&list, "sandbox\t%s%s/control/ledger\n", a.URL(), sandboxPath)
	}
	if a.courierPeer != nil {
		fmt.Fprintf(&list, "courier\t%s%s/control/subscriptions\n", a.URL(), courierPath)
	}
	fmt.Fprintf(&list, "private\t%s/debug/pprof/\n", a.AdminURL())
	fmt.Fprintf(&list, "database\t%s\n", product)
	columns(w, list.String())
	if a.issuer == nil {
		return nil
	}
	return a.announceTokens(ctx, w)
}

// announceTokens prints a token for every role, and one for the staff of each of a few shops.
func (a *App) announceTokens(ctx context.Context, w io.Writer) error {
	const most = 3
	shops, err := a.db.Client.Shop.Query().Order(ent.Asc(shop.FieldID)).Limit(most).All(ctx)
	if err != nil {
		return err
	}
	requests := []tokenRequest{{role: "buyer"}}
	for i, row := range shops {
		subject := fmt.Sprintf("merchant-%d", i+1)
		requests = append(requests, tokenRequest{role: "merchant", subject: subject, shops: row.Code})
	}
	if len(shops) > 0 {
		requests = append(requests, tokenRequest{role: "warehouse", shops: shops[0].Code})
	}
	requests = append(requests, tokenRequest{role: "support"}, tokenRequest{role: "platform"})
	fmt.Fprintf(w, "\nTokens for a day, for the header Authorization: Bearer TOKEN. "+
		"More: %s/dev/token?role=buyer&subject=buyer-2\n\n", a.URL())
	for _, request := range requests {
		request.level = currentLevel
		token, err := request.issue(ctx, a.issuer, a.db.Client)
		if err != nil {
			return err
		}
		name := request.role
		if request.shops != "" {
			name += " of shop " + request.shops
		}
		fmt.Fprintf(w, "%s\n  %s\n", name, token)
	}
	fmt.Fprintln(w)
	return nil
}
