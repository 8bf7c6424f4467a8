package bench

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/go-sql-driver/mysql"

	"orderflow/internal/ownfile"
	"orderflow/internal/store"
)

// scratch is two new databases in one place: the server's and the plain program's. Both are opened
// as a server opens its own, so driver, connections and durability are the same.
type scratch struct {
	folder   string // for other files of a server
	name     string // of the server's database, for store.Open
	serverDB *store.DB
	plainDB  *store.DB
	counters store.Counters // of plainDB
	created  []string       // to be dropped, on a server of databases
	dsn      string
}

// newScratch makes the databases where name says: beside a SQLite file, or on a MySQL or MariaDB.
// The caller calls drop.
func newScratch(ctx context.Context, name string) (s *scratch, err error) {
	kind, location, _ := strings.Cut(name, ":")
	s = &scratch{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.drop(ctx))
		}
	}()
	var plainName string
	switch kind {
	case "sqlite":
		parent := filepath.Dir(location)
		if err := ownfile.Folder(parent); err != nil {
			return s, err
		}
		if s.folder, err = os.MkdirTemp(parent, "orderflow-bench-"); err != nil {
			return s, err
		}
		s.name = "sqlite:" + filepath.Join(s.folder, "orderflow.db")
		plainName = "sqlite:" + filepath.Join(s.folder, "plain.db")
	case "mysql":
		if s.folder, err = os.MkdirTemp("", "orderflow-bench-"); err != nil {
			return s, err
		}
		s.dsn = location
		if s.name, err = s.create(ctx); err != nil {
			return s, err
		}
		if plainName, err = s.create(ctx); err != nil {
			return s, err
		}
	default:
		return s, errors.New("the database is sqlite:PATH or mysql:DSN")
	}
	options := store.Options{SimulatedClock: true}
	if s.serverDB, err = store.Open(ctx, s.name, options); err != nil {
		return s, err
	}
	if _, err := s.serverDB.Migrate(ctx); err != nil {
		return s, err
	}
	options.Counters = &s.counters
	s.plainDB, err = store.Open(ctx, plainName, options)
	return s, err
}

// create makes a database on the server of s.dsn and returns its name for store.Open.
func (s *scratch) create(ctx context.Context) (string, error) {
	cfg, err := mysql.ParseDSN(s.dsn)
	if err != nil {
		return "", err
	}
	cfg.DBName = cmp.Or(cfg.DBName, "orderflow") + "_bench_" + strings.ToLower(rand.Text()[:12])
	if err := s.execute(ctx, "CREATE DATABASE "+cfg.DBName); err != nil {
		return "", fmt.Errorf("make a scratch database: %w", err)
	}
	s.created = append(s.created, cfg.DBName)
	return "mysql:" + cfg.FormatDSN(), nil
}

func (s *scratch) execute(ctx context.Context, statement string) error {
	db, err := sql.Open("mysql", s.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// drop closes and drops everything, also after an interrupt.
func (s *scratch) drop(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var problems []error
	for _, db := range []*store.DB{s.serverDB, s.plainDB} {
		if db != nil {
			problems = append(problems, db.Close())
		}
	}
	for _, database := range s.created {
		problems = append(problems, s.execute(ctx, "DROP DATABASE "+database))
	}
	if s.folder != "" {
		problems = append(problems, os.RemoveAll(s.folder))
	}
	return errors.Join(problems...)
}

// analyze updates the statistics of the tables, as in a database in service.
func analyze(ctx context.Context, db *store.DB) error {
	if db.Dialect == dialect.SQLite {
		_, err := db.SQL().ExecContext(ctx, "ANALYZE")
		return err
	}
	rows, err := db.SQL().QueryContext(ctx, "SELECT table_name FROM information_schema.tables "+
		"WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'")
	if err != nil {
		return err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return err
		}
		tables = append(tables, "`"+table+"`")
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = db.SQL().ExecContext(ctx, "ANALYZE TABLE "+strings.Join(tables, ", "))
	return err
}
