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
	"orderflow/internal/ownfile"
	"orderflow/internal/tools/bench"
)

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
	f, err := ownfile.Create(file)
	if err != nil {
		return fmt.Errorf("--json: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return report.JSON(f)
}
