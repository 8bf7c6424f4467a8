package store

import (
	"context"
	"database/sql"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// router is the ent driver: on SQLite it sends reads outside of transactions to the readers and all
// else to the single writer; on MySQL both are one pool.
type router struct {
	write, read *entsql.Driver
	observe     func(string)
}

func (r *router) see(query string) {
	if r.observe != nil {
		r.observe(query)
	}
}

func (r *router) reads(query string) *entsql.Driver {
	// INSERT … RETURNING arrives as a query too, so the verb decides.
	if strings.HasPrefix(query, "SELECT") || strings.HasPrefix(query, "WITH") {
		return r.read
	}
	return r.write
}

// Exec implements dialect.Driver.
func (r *router) Exec(ctx context.Context, query string, args, v any) error {
	r.see(query)
	return r.write.Exec(ctx, query, args, v)
}

// Query implements dialect.Driver.
func (r *router) Query(ctx context.Context, query string, args, v any) error {
	r.see(query)
	return r.reads(query).Query(ctx, query, args, v)
}

// ExecContext serves ent's raw statements.
func (r *router) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r.see(query)
	return r.write.ExecContext(ctx, query, args...)
}

// QueryContext serves ent's raw queries.
func (r *router) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.see(query)
	return r.reads(query).QueryContext(ctx, query, args...)
}

// Tx implements dialect.Driver.
func (r *router) Tx(ctx context.Context) (dialect.Tx, error) {
	r.see("BEGIN")
	tx, err := r.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	see := &observedTx{Tx: tx, see: r.see}
	t, ok := ctx.Value(beginContext{}).(*Tx)
	if !ok {
		return see, nil
	}
	t.raw = see
	return &changingTx{observedTx: see, changes: t.changes}, nil
}

// beginContext carries the Tx that a transaction is begun for.
type beginContext struct{}

// Close implements dialect.Driver; the pools belong to DB.
func (r *router) Close() error { return nil }

// Dialect implements dialect.Driver.
func (r *router) Dialect() string { return r.write.Dialect() }

// observedTx is a transaction whose statements the observer sees.
type observedTx struct {
	dialect.Tx
	see func(string)
}

// Exec implements dialect.Tx.
func (t *observedTx) Exec(ctx context.Context, query string, args, v any) error {
	t.see(query)
	return t.Tx.Exec(ctx, query, args, v)
}

// Query implements dialect.Tx.
func (t *observedTx) Query(ctx context.Context, query string, args, v any) error {
	t.see(query)
	return t.Tx.Query(ctx, query, args, v)
}

// Commit implements dialect.Tx.
func (t *observedTx) Commit() error {
	t.see("COMMIT")
	return t.Tx.Commit()
}

// ExecContext serves ent's raw statements.
func (t *observedTx) ExecContext(
	ctx context.Context, query string, args ...any,
) (sql.Result, error) {
	t.see(query)
	return t.Tx.(rawTx).ExecContext(ctx, query, args...)
}

// QueryContext serves ent's raw queries.
func (t *observedTx) QueryContext(
	ctx context.Context, query string, args ...any,
) (*sql.Rows, error) {
	t.see(query)
	return t.Tx.(rawTx).QueryContext(ctx, query, args...)
}

// changingTx writes what its command has changed before a statement could miss it: what is pending
// of the tables that the statement names.
type changingTx struct {
	*observedTx
	changes *changes
}

// Exec implements dialect.Tx.
func (t *changingTx) Exec(ctx context.Context, query string, args, v any) error {
	if err := t.changes.flushFor(ctx, t.observedTx, query); err != nil {
		return err
	}
	return t.observedTx.Exec(ctx, query, args, v)
}

// Query implements dialect.Tx.
func (t *changingTx) Query(ctx context.Context, query string, args, v any) error {
	if err := t.changes.flushFor(ctx, t.observedTx, query); err != nil {
		return err
	}
	return t.observedTx.Query(ctx, query, args, v)
}

// ExecContext serves ent's raw statements.
func (t *changingTx) ExecContext(
	ctx context.Context, query string, args ...any,
) (sql.Result, error) {
	if err := t.changes.flushFor(ctx, t.observedTx, query); err != nil {
		return nil, err
	}
	return t.observedTx.ExecContext(ctx, query, args...)
}

// QueryContext serves ent's raw queries.
func (t *changingTx) QueryContext(
	ctx context.Context, query string, args ...any,
) (*sql.Rows, error) {
	if err := t.changes.flushFor(ctx, t.observedTx, query); err != nil {
		return nil, err
	}
	return t.observedTx.QueryContext(ctx, query, args...)
}

type rawTx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
