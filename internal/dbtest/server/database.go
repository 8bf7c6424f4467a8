package server

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

const statementLimit = 30 * time.Second

// NewDatabase makes an empty database with the server's own default character set and returns its
// DSN. drop fails rather than wait long for a transaction that was left open on it.
func NewDatabase(ctx context.Context, dsn string) (fresh string, drop func() error, err error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return "", nil, err
	}
	cfg.DBName = "of_" + strings.ToLower(rand.Text()[:16])
	if err := execute(ctx, dsn, "CREATE DATABASE "+cfg.DBName); err != nil {
		return "", nil, err
	}
	return cfg.FormatDSN(), func() error {
		return execute(context.WithoutCancel(ctx), dsn,
			"SET lock_wait_timeout = 10", "DROP DATABASE "+cfg.DBName)
	}, nil
}

// execute runs statements on one connection that it closes again: hundreds of tests share the
// server's connections.
func execute(ctx context.Context, dsn string, statements ...string) error {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	ctx, cancel := context.WithTimeout(ctx, statementLimit)
	defer cancel()
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
