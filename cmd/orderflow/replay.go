package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"orderflow/internal/config"
	"orderflow/internal/ownfile"
	"orderflow/internal/tools/replay"
)

func replayCommand() command {
	return command{
		name:    "replay",
		operand: "FILE",
		args:    "[--url URL] [--limit N] [--rejects FILE] [--json FILE]",
		summary: "Replay real invoices on a running server",
		description: `
FILE is the Online Retail data set or a part of it, as CSV, plain or compressed by gzip. Each of its
invoices becomes an order at its time: quoted, placed, paid, picked, shipped, tracked, received.
Each cancellation becomes after-sale requests about what the customer bought before. In the end the
clock passes all deadlines, orders and requests are read back and summed up, and the command exits
with 1 when one of them has not ended or is not what the file says.

The server must be one of development with a database of its own: its clock goes back to the file.

  orderflow serve --database sqlite:data/replay.db
  orderflow replay online-retail-2010-12.csv.gz

After an interruption of the command or the server, run the same command again to continue.
`,
		bind: bindReplay,
	}
}

// replayFlags are the flags of the command.
type replayFlags struct {
	options             replay.Options
	limit               int
	rejectsTo, resultTo string
}

func bindReplay(fs *flag.FlagSet) action {
	var flags replayFlags
	o := &flags.options
	fs.StringVar(&o.URL, "url", "http://127.0.0.1:8080",
		"where the server is (default: http://127.0.0.1:8080)")
	fs.IntVar(&flags.limit, "limit", 0, "only the first N invoices (default: all)")
	fs.IntVar(&o.Workers, "workers", 16, "how many invoices are processed concurrently (default: 16)")
	fs.DurationVar(&o.Patience, "patience", time.Minute,
		"how long an unavailable server is retried (default: 1m)")
	fs.StringVar(&flags.rejectsTo, "rejects", "",
		"write the rows that are not replayed, and why, to this CSV file")
	fs.StringVar(&flags.resultTo, "json", "", "write the summary as JSON to this file")
	return func(ctx context.Context, p *program, cfg config.Config) error {
		flags.options.CourierURL = cfg.CourierURL
		flags.options.Progress = progressBar(p.err)
		return flags.replay(ctx, p)
	}
}

func (flags replayFlags) replay(ctx context.Context, p *program) error {
	switch {
	case flags.options.Workers < 1 || flags.options.Workers > 256:
		return errors.New("--workers is between 1 and 256")
	case flags.limit < 0:
		return errors.New("--limit is not negative")
	}
	plan, err := replay.Load(p.operand, flags.limit)
	if err != nil {
		return err
	}
	if err := writeTo(flags.rejectsTo, plan.WriteRejects); err != nil {
		return err
	}
	summary, err := replay.Run(ctx, plan, flags.options)
	if errors.Is(err, replay.ErrUnavailable) || ctx.Err() != nil {
		return fmt.Errorf("%w\nrun the same command again to go on", err)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(summary.Print(p.out), writeTo(flags.resultTo, summary.JSON)); err != nil {
		return err
	}
	if !summary.OK() {
		return errReported
	}
	return nil
}

// writeTo writes a file; an empty path is no file.
func writeTo(path string, write func(w io.Writer) error) (err error) {
	if path == "" {
		return nil
	}
	f, err := ownfile.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}
