package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// The most statements that one SQLite connection keeps compiled. The writer sees those of batches,
// of which each size is another.
const (
	writerStatements = 512
	readerStatements = 128
)

// openPrepared opens SQLite with connections that keep the statements that they have compiled: it
// compiles in this process, which takes as long as most statements run.
func openPrepared(source string, statements int, counters *Counters) (*sql.DB, error) {
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	opener := preparingConnector{openConnector{driver: db.Driver(), name: source}, statements}
	return sql.OpenDB(counters.wrap(opener)), db.Close()
}

// openConnector opens connections of a driver that has no connector of its own.
type openConnector struct {
	driver driver.Driver
	name   string
}

func (o openConnector) Connect(context.Context) (driver.Conn, error) {
	return o.driver.Open(o.name)
}

func (o openConnector) Driver() driver.Driver { return o.driver }

type preparingConnector struct {
	openConnector
	statements int
}

func (p preparingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := p.openConnector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(fullConn)
	if !ok {
		return nil, errors.Join(errors.New("store: the driver cannot prepare"), conn.Close())
	}
	kept, err := simplelru.NewLRU(p.statements, func(_ string, s *preparedStmt) { s.evict() })
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &preparingConn{fullConn: full, kept: kept}, nil
}

// preparingConn is used by one goroutine at a time, as database/sql promises.
type preparingConn struct {
	fullConn
	kept *simplelru.LRU[string, *preparedStmt]
}

// preparedStmt is a compiled statement. While rows of it are open it can neither run nor be closed.
type preparedStmt struct {
	stmt    driver.Stmt
	busy    bool
	evicted bool
}

func (s *preparedStmt) evict() {
	s.evicted = true
	if !s.busy {
		_ = s.stmt.Close() // it only frees memory
	}
}

func (s *preparedStmt) release() {
	s.busy = false
	if s.evicted {
		s.evict()
	}
}

// take returns the compiled statement for a query, which is busy until it is released.
func (c *preparingConn) take(ctx context.Context, query string) (*preparedStmt, error) {
	if s, some := c.kept.Get(query); some && !s.busy {
		s.busy = true
		return s, nil
	} else if some {
		compiled, err := c.PrepareContext(ctx, query)
		return &preparedStmt{stmt: compiled, busy: true, evicted: true}, err
	}
	compiled, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &preparedStmt{stmt: compiled, busy: true}
	c.kept.Add(query, s)
	return s, nil
}

// ExecContext implements driver.ExecerContext.
func (c *preparingConn) ExecContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	defer s.release()
	exec, ok := s.stmt.(driver.StmtExecContext)
	if !ok {
		return nil, fmt.Errorf("store: a statement of type %T", s.stmt)
	}
	return exec.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *preparingConn) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	ask, ok := s.stmt.(driver.StmtQueryContext)
	if !ok {
		s.release()
		return nil, fmt.Errorf("store: a statement of type %T", s.stmt)
	}
	rows, err := ask.QueryContext(ctx, args)
	if err != nil {
		s.release()
		return nil, err
	}
	return &preparedRows{Rows: rows, of: s}, nil
}

// Close implements driver.Conn.
func (c *preparingConn) Close() error {
	c.kept.Purge()
	return c.fullConn.Close()
}

// preparedRows releases the statement when it is closed.
type preparedRows struct {
	driver.Rows
	of *preparedStmt
}

func (r *preparedRows) Close() error {
	err := r.Rows.Close()
	if r.of != nil {
		r.of.release()
		r.of = nil
	}
	return err
}
