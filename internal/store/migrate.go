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
// one another. MySQL commits each statement by itself: an interrupted migration is continued.
func (db *DB) Migrate(ctx context.Context) (applied []string, err error) {
	executor, unlock, err := db.migrator(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	pending, err := pendingFiles(ctx, executor)
	if err != nil || len(pending) == 0 {
		return nil, err
	}
	for _, file := range pending {
		applied = append(applied, file.Name())
	}
	if err := executor.ExecuteN(ctx, len(pending)); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return applied, nil
}

// Pending lists the migrations that Migrate would apply.
func (db *DB) Pending(ctx context.Context) (names []string, err error) {
	executor, unlock, err := db.migrator(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	files, err := pendingFiles(ctx, executor)
	for _, file := range files {
		names = append(names, file.Name())
	}
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

func (db *DB) migrator(ctx context.Context) (*atlas.Executor, func() error, error) {
	folder, open := "sqlite", atlaslite.Open
	if db.Dialect == dialect.MySQL {
		folder, open = "mysql", atlasmysql.Open
	}
	dir, err := migrationDir(folder)
	if err != nil {
		return nil, nil, err
	}
	drv, err := open(db.write)
	if err != nil {
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	unlock := func() error { return nil }
	if db.Dialect == dialect.MySQL {
		const timeout = time.Minute
		if unlock, err = lockMigrations(ctx, drv, timeout); err != nil {
			return nil, nil, err
		}
	}
	history := &revisions{db: db}
	if err := history.prepare(ctx); err != nil {
		return nil, nil, errors.Join(err, unlock())
	}
	executor, err := atlas.NewExecutor(drv, dir, history, atlas.WithAllowDirty(true))
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("migrate: %w", err), unlock())
	}
	return executor, unlock, nil
}

// lockMigrations serialises migrating servers. SQLite needs no lock: it has one writer.
func lockMigrations(
	ctx context.Context, drv atlas.Driver, timeout time.Duration,
) (func() error, error) {
	unlock, err := drv.Lock(ctx, "orderflow_migrate", timeout)
	if err != nil {
		return nil, fmt.Errorf("migrate: another server holds the migration lock: %w", err)
	}
	return unlock, nil
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
