package main

import (
	"context"
	"errors"
	"flag"

	"orderflow/internal/config"
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
		summary: "Measure how fast a server lists and counts orders",
		description: `
It makes two scratch databases where --database says, starts a server in a process of its own on
one, and makes orders there: a few through GraphQL, and copies of these by SQL, with ids, numbers,
times and buyers of their own. The other database gets as many. Then clients read the newest 20 with
their sub-orders and items, a buyer's and a shop's, and how many wait for what, through GraphQL, in
turns with a plain program that reads the same by SQL alone and encodes it as JSON. It checks the
server's database, prints the medians of the rounds and drops the databases.

One shop has three quarters of the orders, another a hundredth of that. Both are measured, and the
last table compares them.

  orderflow bench list
  orderflow bench list --orders 200000
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

func benchMixCommand() command {
	return command{
		name:    "bench mix",
		args:    compareArgs + " [--orders N]",
		summary: "Measure a server that reads, places, pays and ships at once",
		description: `
It makes the orders of bench list, and then of ten pieces six read a list, a buyer's or a shop's,
three place and pay an order, and one ships: it makes a parcel of what a shop sends of an order,
prints its pick list, picks, packs and hands it over. In turns with it, a plain program does the
same pieces by SQL alone, a parcel in one transaction. Then it checks both databases, prints the
medians of the rounds, and drops them.

Each of --orders is shipped once, by each side. A side of a round ends early when all are.

  orderflow bench mix
  orderflow bench mix --database 'mysql:root@tcp(127.0.0.1:3306)/' --json mix.json
`,
		bind: func(fs *flag.FlagSet) action {
			c := bindComparison(fs)
			c.Skus = 1000
			fs.IntVar(&c.Orders, "orders", 10_000, "how many orders there are to be read and shipped")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				return c.run(ctx, p, cfg, c.Mix)
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
