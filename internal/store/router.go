package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// router is the ent driver: on SQLite it sends reads outside of transactions to the readers and all
// else to the single writer; on MySQL both are one pool.
type router struct {
	write, read *entsql.Driver
	observe     func(string)
	dropIdle    func() // closes the idle connections: where one was lost, others are as well
}

func (r *router) trace(query string) {
	if r.observe != nil {
		r.observe(query)
	}
}

func (r *router) reads(query string) *entsql.Driver {
	if isRead(query) {
		return r.read
	}
	return r.write
}

// isRead reports whether a statement only reads. INSERT … RETURNING arrives as a query too, so the
// verb decides.
func isRead(query string) bool {
	return strings.HasPrefix(query, "SELECT") || strings.HasPrefix(query, "WITH")
}

// Exec implements dialect.Driver.
func (r *router) Exec(ctx context.Context, query string, args, v any) error {
	r.trace(query)
	if !writesCatalogue(query) {
		return r.write.Exec(ctx, query, args, v)
	}
	tx, err := r.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	err = tx.Exec(ctx, query, args, v)
	if err == nil {
		err = raiseCatalogueVersion(ctx, tx, r.Dialect())
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Query implements dialect.Driver. A read whose connection is lost is done once more, on a fresh
// one.
func (r *router) Query(ctx context.Context, query string, args, v any) error {
	r.trace(query)
	err := r.reads(query).Query(ctx, query, args, v)
	if err == nil || !isRead(query) || !connectionLost(err) || ctx.Err() != nil {
		return err
	}
	r.dropIdle()
	r.trace(query)
	return r.read.Query(ctx, query, args, v)
}

// ExecContext runs ent's raw statements.
func (r *router) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r.trace(query)
	return r.write.ExecContext(ctx, query, args...)
}

// QueryContext runs ent's raw queries.
func (r *router) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.trace(query)
	return r.reads(query).QueryContext(ctx, query, args...)
}

// Tx implements dialect.Driver.
func (r *router) Tx(ctx context.Context) (dialect.Tx, error) {
	t, ok := ctx.Value(beginContext{}).(*Tx)
	if ok && t.raw != nil { // of a batch, which has begun
		return &flushingTx{observedTx: t.raw, changes: t.changes}, nil
	}
	r.trace("BEGIN")
	tx, err := r.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	observed := &observedTx{Tx: tx, trace: r.trace}
	if !ok {
		return observed, nil
	}
	t.raw = observed
	return &flushingTx{observedTx: observed, changes: t.changes}, nil
}

// beginContext is the context key of the Tx that a transaction is begun for.
type beginContext struct{}

// Close implements dialect.Driver; the pools belong to DB.
func (r *router) Close() error { return nil }

// Dialect implements dialect.Driver.
func (r *router) Dialect() string { return r.write.Dialect() }

// observedTx is a transaction whose statements are passed to the observer.
type observedTx struct {
	dialect.Tx
	trace     func(string)
	catalogue bool // a table of the catalogue was written
}

// Exec implements dialect.Tx.
func (t *observedTx) Exec(ctx context.Context, query string, args, v any) error {
	t.note(query)
	return t.Tx.Exec(ctx, query, args, v)
}

// note notes a statement that may write.
func (t *observedTx) note(query string) {
	t.trace(query)
	t.catalogue = t.catalogue || writesCatalogue(query)
}

// Query implements dialect.Tx.
func (t *observedTx) Query(ctx context.Context, query string, args, v any) error {
	t.trace(query)
	return t.Tx.Query(ctx, query, args, v)
}

// Commit implements dialect.Tx.
func (t *observedTx) Commit() error {
	t.trace("COMMIT")
	return t.Tx.Commit()
}

// ExecContext runs ent's raw statements.
func (t *observedTx) ExecContext(
	ctx context.Context, query string, args ...any,
) (sql.Result, error) {
	t.note(query)
	return t.Tx.(rawTx).ExecContext(ctx, query, args...)
}

// QueryContext runs ent's raw queries.
func (t *observedTx) QueryContext(
	ctx context.Context, query string, args ...any,
) (*sql.Rows, error) {
	t.trace(query)
	return t.Tx.(rawTx).QueryContext(ctx, query, args...)
}

// flushingTx writes the pending changes to the tables that a statement names before it runs the
// statement.
type flushingTx struct {
	*observedTx
	changes *changes
}

func (t *flushingTx) before(ctx context.Context, query string) error {
	t.changes.wrote = t.changes.wrote || !isRead(query)
	return t.changes.flushFor(ctx, t.observedTx, query)
}

// Exec implements dialect.Tx.
func (t *flushingTx) Exec(ctx context.Context, query string, args, v any) error {
	if err := t.before(ctx, query); err != nil {
		return err
	}
	return t.observedTx.Exec(ctx, query, args, v)
}

// Query implements dialect.Tx.
func (t *flushingTx) Query(ctx context.Context, query string, args, v any) error {
	if err := t.before(ctx, query); err != nil {
		return err
	}
	return t.observedTx.Query(ctx, query, args, v)
}

// ExecContext runs ent's raw statements.
func (t *flushingTx) ExecContext(
	ctx context.Context, query string, args ...any,
) (sql.Result, error) {
	if err := t.before(ctx, query); err != nil {
		return nil, err
	}
	return t.observedTx.ExecContext(ctx, query, args...)
}

// QueryContext runs ent's raw queries.
func (t *flushingTx) QueryContext(
	ctx context.Context, query string, args ...any,
) (*sql.Rows, error) {
	if err := t.before(ctx, query); err != nil {
		return nil, err
	}
	return t.observedTx.QueryContext(ctx, query, args...)
}

type rawTx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
