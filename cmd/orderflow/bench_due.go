package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/config"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/tools/bench"
	"orderflow/internal/verify"
)

func benchDueCommand() command {
	return command{
		name:    "bench due",
		args:    "[--count N] [--servers 1|2]",
		summary: "Measure how fast servers close overdue orders",
		description: `
It makes unpaid orders with one deadline, starts a server in a process of its own, moves the clock
past the deadline and measures the time until every order is closed, each exactly once. With
--servers 2 a second round does the same with two servers, on MySQL or MariaDB.

Use a separate database: the orders stay there, and the clock stays ahead. A database with other
orders is refused, and so is production.

  orderflow bench due --database sqlite:data/bench.db
  orderflow bench due --servers 2 --migrate --database 'mysql:root@tcp(127.0.0.1:3306)/bench'
`,
		bind: func(fs *flag.FlagSet) action {
			count := fs.Int("count", 10_000, "how many orders are due at once")
			servers := fs.Int("servers", 1, "1 or 2: a round with one server, and one with two")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				return benchDue(ctx, p, cfg, *count, *servers)
			}
		},
	}
}

func benchDue(ctx context.Context, p *program, cfg config.Config, count, most int) (err error) {
	switch {
	case !cfg.SimulatedClock():
		return errors.New("it moves the clock, which is real time in production")
	case count < 1 || count > 1_000_000:
		return errors.New("--count is between 1 and 1000000")
	case most != 1 && most != 2:
		return errors.New("--servers is 1 or 2")
	}
	db, err := openReady(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if db.Dialect == dialect.SQLite && most > 1 {
		return errors.New("an embedded database has one server; --servers 2 needs MySQL or MariaDB")
	}
	b, err := newBench(db, cfg, p.err)
	if err != nil {
		return err
	}
	product, err := db.Product(ctx)
	if err != nil {
		return err
	}
	var table strings.Builder
	fmt.Fprint(&table, "servers\torders\tseconds\torders/s\tCPU seconds of the servers\n")
	for servers := 1; servers <= most; servers++ {
		group := serverGroup{cfg: cfg, size: servers, errors: p.err}
		took, err := b.Due(ctx, count, group.start)
		if err != nil {
			return err
		}
		fmt.Fprintf(&table, "%d\t%d\t%.1f\t%.0f\t%.1f\n", servers, count, took.Seconds(),
			float64(count)/took.Seconds(), group.cpu.Seconds())
	}
	report, err := verify.Run(ctx, db, b.Keys, nil)
	if err != nil {
		return err
	}
	if !report.OK() {
		return errors.Join(report.Print(p.out), errReported)
	}
	fmt.Fprintf(p.out, "%s; each order was closed once, and the invariants hold\n\n", product)
	columns(p.out, table.String())
	return nil
}

func newBench(db *store.DB, cfg config.Config, terminal io.Writer) (*bench.Bench, error) {
	b := &bench.Bench{DB: db, Progress: progressBar(terminal)}
	var err error
	if b.Keys, err = seal.ParseKeyring(cfg.SealKeys); err != nil {
		return nil, err
	}
	b.Blind, err = seal.ParseBlind(cfg.BlindKey)
	return b, err
}

// progressBar draws on a terminal, a few times a second; anything else gets nothing.
func progressBar(w io.Writer) func(step string, done, all int) {
	file, isFile := w.(*os.File)
	if !isFile {
		return nil
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	const width, pause = 40, 100 * time.Millisecond
	var drawn time.Time
	return func(step string, done, all int) {
		if done < all && time.Since(drawn) < pause {
			return
		}
		drawn = time.Now()
		full := width * done / max(all, 1)
		fmt.Fprintf(w, "\r%-6s [%s%s] %d/%d ", step,
			strings.Repeat("#", full), strings.Repeat(" ", width-full), done, all)
		if done == all {
			fmt.Fprint(w, "\n")
		}
	}
}
