package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/config"
	"orderflow/internal/store"
)

// pendingTimeout bounds the look for migrations that a database lacks.
const pendingTimeout = 30 * time.Second

func migrateCommand() command {
	return command{
		name:    "migrate",
		args:    "[--dry-run]",
		summary: "Bring the database's tables up to date",
		description: `
It applies the migrations that the database lacks, each once, and may be run again at any time. An
embedded SQLite database needs no call: every command brings it up to date by itself. On MySQL and
MariaDB run it before the servers of a new version start:

  orderflow migrate --database 'mysql:user:password@tcp(db:3306)/orderflow'
`,
		bind: func(fs *flag.FlagSet) action {
			dry := fs.Bool("dry-run", false, "report what is missing and change nothing")
			return func(ctx context.Context, p *program, cfg config.Config) error {
				return migrate(ctx, p, cfg, *dry)
			}
		},
	}
}

func migrate(ctx context.Context, p *program, cfg config.Config, dry bool) (err error) {
	db, err := open(ctx, cfg, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	apply, verb := db.Migrate, "applied"
	if dry {
		apply, verb = db.Pending, "missing"
	}
	names, err := apply(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		fmt.Fprintln(p.out, verb, name)
	}
	if len(names) == 0 {
		fmt.Fprintln(p.out, "the database is up to date")
	}
	return nil
}

func open(ctx context.Context, cfg config.Config, opts store.Options) (*store.DB, error) {
	opts.SimulatedClock, opts.MaxConns = cfg.SimulatedClock(), cfg.MaxConnections
	return store.Open(ctx, cfg.Database, opts)
}

// openReady opens a database for those who need its tables. An embedded one is migrated; any other
// only with the setting --migrate.
func openReady(ctx context.Context, cfg config.Config) (*store.DB, error) {
	db, err := open(ctx, cfg, store.Options{})
	if err != nil {
		return nil, err
	}
	if db.Dialect == dialect.SQLite || cfg.Migrate {
		_, err = db.Migrate(ctx)
	} else {
		err = refusePending(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openForServer is openReady with the options of a server, whose statements have less time than
// those of a migration.
func openForServer(
	ctx context.Context, cfg config.Config, opts store.Options,
) (*store.DB, error) {
	ready, err := openReady(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := ready.Close(); err != nil {
		return nil, err
	}
	return open(ctx, cfg, opts)
}

// refusePending reads what the database has, within a bound.
func refusePending(ctx context.Context, db *store.DB) error {
	ctx, cancel := context.WithTimeout(ctx, pendingTimeout)
	defer cancel()
	missing, err := db.Pending(ctx)
	if err != nil || len(missing) == 0 {
		return err
	}
	return fmt.Errorf("the database lacks %s; run orderflow migrate, or add --migrate",
		strings.Join(missing, ", "))
}
