package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderflow/internal/config"
	"orderflow/internal/tools/bench"
)

const compareArgs = "[--clients N,…] [--rounds N] [--json FILE]"

func benchPlaceCommand() command {
	return command{
		name:    "bench place",
		args:    compareArgs + " [--skus N]",
		summary: "Measure how fast a server places and pays orders",
		description: `
It makes two scratch databases where --database says, starts a server in a process of its own on
one, and lets clients place orders of two skus from two shops through GraphQL and pay them. In turns
with it, a plain program does the same work by SQL alone in the other database, with the same driver
and settings. Then it checks both databases, prints the medians of the rounds, and drops them.

The order's two skus are any of --skus; in a second part one of them is the same for all orders. An
order is paid when the server has accepted the notice of the payment channel, which runs in the
clients' process.

  orderflow bench place
  orderflow bench place --database 'mysql:root@tcp(127.0.0.1:3306)/' --json place.json
`,
		bind: func(fs *flag.FlagSet) action {
			c := bindComparison(fs)
			fs.IntVar(&c.Skus, "skus", 1000, "how many skus there are, half of them in each shop")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				return c.run(ctx, p, cfg, c.Place)
			}
		},
	}
}

func benchListCommand() command {
	return command{
		name:    "bench list",
		args:    compareArgs + " [--orders N]",
		summary: "Measure how fast a server lists orders",
		description: `
It makes two scratch databases where --database says, starts a server in a process of its own on
one, and makes orders there, through GraphQL, and as many in the other. Then clients read the newest
20 with their sub-orders and items, a buyer's and a shop's, through GraphQL, in turns with a plain
program that reads the same by SQL alone and encodes it as JSON. It prints the medians of the rounds
and drops the databases.

  orderflow bench list
  orderflow bench list --database 'mysql:root@tcp(127.0.0.1:3306)/' --json list.json
`,
		bind: func(fs *flag.FlagSet) action {
			c := bindComparison(fs)
			c.Skus = 100
			fs.IntVar(&c.Orders, "orders", 2000, "how many orders there are to be listed")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				return c.run(ctx, p, cfg, c.List)
			}
		},
	}
}

func benchRefundCommand() command {
	return command{
		name:    "bench refund",
		args:    compareArgs + " [--orders N]",
		summary: "Measure how fast a server refunds before shipping",
		description: `
It makes two scratch databases where --database says, starts a server in a process of its own on
one, and lets clients request refunds of paid, unshipped goods through GraphQL and wait until they
have succeeded. In turns with it, a plain program does the same work by SQL alone in the other
database, with the same driver and settings. Then it checks both databases, prints the medians of
the rounds, and drops them.

Each request refunds what one of two shops was to send of an order, freight included. Before each
side of a round --orders paid orders are made, which is not measured; the side ends early when all
are refunded.

  orderflow bench refund
  orderflow bench refund --database 'mysql:root@tcp(127.0.0.1:3306)/' --json refund.json
`,
		bind: func(fs *flag.FlagSet) action {
			c := bindComparison(fs)
			c.Skus = 1000
			fs.IntVar(&c.Orders, "orders", 500, "how many paid orders there are to be refunded")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				if c.Orders < 1 {
					return errors.New("--orders is at least 1")
				}
				return c.run(ctx, p, cfg, c.Refund)
			}
		},
	}
}

// comparisonFlags are the flags of a comparison.
type comparisonFlags struct {
	bench.Comparison
	clients string
	file    string
}

func bindComparison(fs *flag.FlagSet) *comparisonFlags {
	c := &comparisonFlags{}
	fs.StringVar(&c.clients, "clients", "1,8,32,128",
		"numbers of concurrent clients, each measured by itself")
	fs.IntVar(&c.Rounds, "rounds", 3, "how many rounds, of which the medians are reported")
	fs.DurationVar(&c.SideDuration, "lasting", 5*time.Second, "how long each side of a round lasts")
	fs.StringVar(&c.file, "json", "", "a file for the figures of every round")
	return c
}

func (c *comparisonFlags) run(
	ctx context.Context, p *program, cfg config.Config,
	measure func(ctx context.Context) (*bench.Report, error),
) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	if c.Binary, err = os.Executable(); err != nil {
		return err
	}
	c.Database, c.ErrorLog, c.Progress = cfg.Database, p.err, progressBar(p.err)
	report, err := measure(ctx)
	if err != nil {
		return err
	}
	if c.file != "" {
		if err := writeReport(c.file, report); err != nil {
			return err
		}
	}
	return report.Print(p.out)
}

func (c *comparisonFlags) check() error {
	for text := range strings.SplitSeq(c.clients, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > 1000 {
			return errors.New("--clients is numbers between 1 and 1000, such as 1,8,32")
		}
		c.Clients = append(c.Clients, n)
	}
	slices.Sort(c.Clients)
	switch {
	case c.Rounds < 1 || c.Rounds > 100:
		return errors.New("--rounds is between 1 and 100")
	case c.SideDuration < 10*time.Millisecond || c.SideDuration > time.Hour:
		return errors.New("--lasting is between 10ms and 1h")
	case c.Skus < 2 || c.Skus > 100_000 || c.Skus%2 != 0:
		return errors.New("--skus is an even number between 2 and 100000")
	case c.Orders > 1_000_000:
		return errors.New("--orders is at most 1000000")
	}
	return nil
}

func writeReport(file string, report *bench.Report) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("--json: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return report.JSON(f)
}
