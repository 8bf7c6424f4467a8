package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"orderflow/internal/config"
	"orderflow/internal/seal"
	"orderflow/internal/tools/seed"
)

func seedCommand() command {
	return command{
		name:    "seed",
		args:    "[--demo]",
		summary: "Fill the database with demo data",
		description: `
With --demo it makes three shops with goods, five warehouses with stock, promotions of every kind,
coupons, member benefits, freight templates, buyers and staff. What is there already stays as it
is, so it may be run again. orderflow serve --demo does the same before it starts.

Without --demo it does nothing: a server needs no data to start. Production refuses --demo.
`,
		bind: func(*flag.FlagSet) action { return seedDemo },
	}
}

func seedDemo(ctx context.Context, p *program, cfg config.Config) (err error) {
	if !cfg.Demo {
		fmt.Fprintln(p.out, "nothing to do: a server needs no data to start; "+
			"orderflow seed --demo makes demo data")
		return nil
	}
	keys, err := seal.ParseKeyring(cfg.SealKeys)
	if err != nil {
		return err
	}
	db, err := openReady(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return seed.Demo(ctx, db, keys, p.out)
}
