package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"orderflow/internal/config"
	"orderflow/internal/event"
)

func newEpochCommand() command {
	return command{
		name:    "new-epoch",
		summary: "Expire every cursor of the feed, after a restore from a backup",
		description: `
Followers remember their place in the feed by a cursor. After a restore some know places that the
database has never reached, where it will soon put other events. With a new epoch every cursor that
was issued before is answered CURSOR_EXPIRED, and clients begin again from a query.

Run it after every restore, between orderflow verify and the start of the servers. Servers that run
notice it within two seconds and end their subscriptions. Nothing else changes.

  orderflow new-epoch --database 'mysql:user:password@tcp(db:3306)/orderflow'
`,
		bind: func(*flag.FlagSet) action { return newEpoch },
	}
}

func newEpoch(ctx context.Context, p *program, cfg config.Config) (err error) {
	db, err := openReady(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := event.NewEpoch(ctx, db); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "the feed has a new epoch: all cursors issued before are expired")
	return nil
}
