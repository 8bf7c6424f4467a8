package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"

	"orderflow/internal/dbtest/server"
	"orderflow/internal/store"
)

// Migrating takes longer than copying, so each process migrates once for each dialect.

// sqliteTemplate is the file of a migrated database.
var sqliteTemplate = sync.OnceValues(func() (body []byte, err error) {
	dir, err := os.MkdirTemp("", "orderflow-template-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "template.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// mysqlTemplate is what makes an empty database a migrated one.
var mysqlTemplate = sync.OnceValues(func() (statements []string, err error) {
	dsn, drop, err := server.NewDatabase(context.Background(), os.Getenv(server.Variable))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	if err := migrate("mysql:" + dsn); err != nil {
		return nil, err
	}
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return describe(db)
})

func migrate(name string) error {
	ctx := context.Background() // a template outlives the test that comes first
	db, err := store.Open(ctx, name, store.Options{MaxConns: 2})
	if err != nil {
		return err
	}
	_, err = db.Migrate(ctx)
	return errors.Join(err, db.Close())
}

// describe returns the statements that make the tables again, and the history of migrations.
func describe(db *sql.DB) ([]string, error) {
	tables, err := column(db, "SHOW TABLES")
	if err != nil {
		return nil, err
	}
	statements := make([]string, len(tables))
	for i, table := range tables {
		var name string
		err := db.QueryRow("SHOW CREATE TABLE `"+table+"`").Scan(&name, &statements[i])
		if err != nil {
			return nil, err
		}
	}
	history, err := column(db, "SELECT CONCAT('INSERT INTO schema_revisions "+
		"(version, document) VALUES (', QUOTE(version), ', ', QUOTE(document), ')') "+
		"FROM schema_revisions")
	return append(statements, history...), err
}

func column(db *sql.DB, query string) ([]string, error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// inDatabase runs statements on one connection that it closes again: hundreds of tests share the
// server's connections.
func inDatabase(dsn string, statements ...string) error {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return err
	}
	cfg.MultiStatements = true
	db, err := sql.Open("mysql", cfg.FormatDSN())
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err = db.ExecContext(ctx, strings.Join(statements, ";\n"))
	return err
}
