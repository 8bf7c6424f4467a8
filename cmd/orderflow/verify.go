package main

import (
	"context"
	"errors"
	"flag"

	"orderflow/internal/config"
	"orderflow/internal/seal"
	"orderflow/internal/verify"
)

func verifyCommand() command {
	return command{
		name:    "verify",
		args:    "[--json]",
		summary: "Check every invariant of the database",
		description: `
It reads one snapshot of the database, locks nothing and may run beside servers. It prints what each
check looked at and how many rows it read in all, and exits with 1 and the offending ids when one
fails. Its memory does not grow with the database.
`,
		bind: func(fs *flag.FlagSet) action {
			asJSON := fs.Bool("json", false, "print the report as JSON")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				return verifyAll(ctx, p, cfg, *asJSON)
			}
		},
	}
}

func verifyAll(ctx context.Context, p *program, cfg config.Config, asJSON bool) (err error) {
	keys, err := seal.ParseKeyring(cfg.SealKeys)
	if err != nil {
		return err
	}
	db, err := openReady(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	report, err := verify.Run(ctx, db, keys, progressBar(p.err))
	if err != nil {
		return err
	}
	write := report.Print
	if asJSON {
		write = report.JSON
	}
	if err := write(p.out); err != nil {
		return err
	}
	if !report.OK() {
		return errReported
	}
	return nil
}
