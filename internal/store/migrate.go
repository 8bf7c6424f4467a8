package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	atlas "ariga.io/atlas/sql/migrate"
	atlasmysql "ariga.io/atlas/sql/mysql"
	atlaslite "ariga.io/atlas/sql/sqlite"
	"entgo.io/ent/dialect"

	"orderflow/ent/migrate"
)

// Migrate applies the pending versioned migrations. Servers that migrate at the same time wait for
// one another. On SQLite all of it is done or nothing; MySQL commits each statement by itself, and
// an interrupted migration is continued.
func (db *DB) Migrate(ctx context.Context) (applied []string, err error) {
	err = db.migrating(ctx, func(executor *atlas.Executor) error {
		pending, err := pendingFiles(ctx, executor)
		if err != nil || len(pending) == 0 {
			return err
		}
		if err := executor.ExecuteN(ctx, len(pending)); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		for _, file := range pending {
			applied = append(applied, file.Name())
		}
		return nil
	})
	return applied, err
}

// Pending lists the migrations that Migrate would apply.
func (db *DB) Pending(ctx context.Context) (names []string, err error) {
	err = db.migrating(ctx, func(executor *atlas.Executor) error {
		files, err := pendingFiles(ctx, executor)
		for _, file := range files {
			names = append(names, file.Name())
		}
		return err
	})
	return names, err
}

func pendingFiles(ctx context.Context, executor *atlas.Executor) ([]atlas.File, error) {
	files, err := executor.Pending(ctx)
	if errors.Is(err, atlas.ErrNoPendingFiles) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return files, nil
}

// migrating calls fn with what applies migrations, while no other server does.
func (db *DB) migrating(ctx context.Context, fn func(*atlas.Executor) error) error {
	if db.Dialect == dialect.MySQL {
		return db.migratingMySQL(ctx, fn)
	}
	// One transaction: of a server that is killed, or loses its power, nothing is left half done.
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	drv, err := atlaslite.Open(tx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	executor, err := newExecutor(ctx, drv, tx, "sqlite")
	if err != nil {
		return err
	}
	if err := fn(executor); err != nil {
		return err
	}
	return tx.Commit()
}

func (db *DB) migratingMySQL(
	ctx context.Context, fn func(*atlas.Executor) error,
) (err error) {
	drv, err := atlasmysql.Open(db.write)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	unlock, err := drv.Lock(ctx, "orderflow_migrate", time.Minute)
	if err != nil {
		return fmt.Errorf("migrate: another server holds the migration lock: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	executor, err := newExecutor(ctx, drv, db.write, "mysql")
	if err != nil {
		return err
	}
	return fn(executor)
}

func newExecutor(
	ctx context.Context, drv atlas.Driver, on querier, folder string,
) (*atlas.Executor, error) {
	dir, err := migrationDir(folder)
	if err != nil {
		return nil, err
	}
	history := &revisions{on: on}
	if err := history.prepare(ctx); err != nil {
		return nil, err
	}
	executor, err := atlas.NewExecutor(drv, dir, history, atlas.WithAllowDirty(true))
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return executor, nil
}

func migrationDir(folder string) (atlas.Dir, error) {
	dir := &atlas.MemDir{}
	files, err := fs.ReadDir(migrate.Folders, folder)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	for _, file := range files {
		body, err := fs.ReadFile(migrate.Folders, folder+"/"+file.Name())
		if err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		if err := dir.WriteFile(file.Name(), body); err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
	}
	if err := atlas.Validate(dir); err != nil {
		return nil, fmt.Errorf("migrate: %s: a file was changed after it was written: %w", folder, err)
	}
	return dir, nil
}
