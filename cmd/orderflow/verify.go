package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"orderflow/internal/config"
	"orderflow/internal/seal"
	"orderflow/internal/verify"
)

func verifyCommand() command {
	return command{
		name:    "verify",
		args:    "[--json] [--since REPORT]",
		summary: "Check every invariant of the database",
		description: `
It reads one snapshot of the database, locks nothing and may run beside servers. It prints what each
check looked at and how many rows it read in all, and exits with 1 and the offending ids when one
fails. Its memory does not grow with the database. With an earlier report (--json, kept where nobody
who can write the database can write) it also finds an audit log that was cut or written anew.
`,
		bind: func(fs *flag.FlagSet) action {
			asJSON := fs.Bool("json", false, "print the report as JSON")
			since := fs.String("since", "", "an earlier report, whose audit log must still be there")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				kept, err := readReport(*since)
				if err != nil {
					return err
				}
				return verifyAll(ctx, p, cfg, verifyOptions{asJSON: *asJSON, kept: kept.Audit})
			}
		},
	}
}

type verifyOptions struct {
	asJSON bool
	kept   []verify.AuditHead
}

// readReport reads a report that was written as JSON; the zero report for no name.
func readReport(name string) (report verify.Report, _ error) {
	if name == "" {
		return report, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return report, err
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return report, fmt.Errorf("%s is no report of verify: %w", name, err)
	}
	return report, nil
}

func verifyAll(
	ctx context.Context, p *program, cfg config.Config, o verifyOptions,
) (err error) {
	keys, err := seal.ParseKeyring(cfg.SealKeys)
	if err != nil {
		return err
	}
	db, err := openReady(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	report, err := verify.Run(ctx, db, keys, progressBar(p.err), o.kept...)
	if err != nil {
		return err
	}
	write := report.Print
	if o.asJSON {
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
