package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"
)

// Counters count, at the driver, what this process and its database exchange. A database counts
// only when it is opened with Options.Counters; without, nothing is wrapped.
type Counters struct {
	statements, rowsRead, rowsWritten atomic.Int64
	bytesSent, bytesReceived          atomic.Int64
	network                           atomic.Bool
}

// Counts is the state of Counters. Beginning and ending a transaction are statements too.
type Counts struct {
	Statements  int64 `json:"statements"`
	RowsRead    int64 `json:"rows_read"`
	RowsWritten int64 `json:"rows_written"` // rows that the statements that write have found
	// The bytes on the network; nil for an embedded database, which has none.
	BytesSent     *int64 `json:"bytes_sent"`
	BytesReceived *int64 `json:"bytes_received"`
}

// Counts returns the state.
func (c *Counters) Counts() Counts {
	counts := Counts{Statements: c.statements.Load(), RowsRead: c.rowsRead.Load(),
		RowsWritten: c.rowsWritten.Load()}
	if c.network.Load() {
		sent, received := c.bytesSent.Load(), c.bytesReceived.Load()
		counts.BytesSent, counts.BytesReceived = &sent, &received
	}
	return counts
}

// wrap returns a connector whose connections count; without counters it is the connector itself.
func (c *Counters) wrap(connector driver.Connector) driver.Connector {
	if c == nil {
		return connector
	}
	return countingConnector{Connector: connector, counters: c}
}

// dial is a dial function of the MySQL driver that counts bytes.
func (c *Counters) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	socket, ok := conn.(socketConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("store: %s cannot be counted", network), conn.Close())
	}
	c.network.Store(true)
	return &countingNetConn{socketConn: socket, counters: c}, nil
}

// socketConn is a connection that the driver can check for having been closed.
type socketConn interface {
	net.Conn
	syscall.Conn
}

type countingNetConn struct {
	socketConn
	counters *Counters
}

func (c *countingNetConn) Read(b []byte) (int, error) {
	n, err := c.socketConn.Read(b)
	c.counters.bytesReceived.Add(int64(n))
	return n, err
}

func (c *countingNetConn) Write(b []byte) (int, error) {
	n, err := c.socketConn.Write(b)
	c.counters.bytesSent.Add(int64(n))
	return n, err
}

type countingConnector struct {
	driver.Connector
	counters *Counters
}

func (c countingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(fullConn)
	if !ok {
		return nil, errors.Join(errors.New("store: the driver cannot be counted"), conn.Close())
	}
	return &countingConn{fullConn: full, counters: c.counters}, nil
}

// fullConn is what the connections of both drivers can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

type countingConn struct {
	fullConn
	counters *Counters
}

// CheckNamedValue forwards to a driver that has a check of its own, as MySQL's has.
func (c *countingConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.fullConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// PrepareContext counts the preparation alone: this program prepares nothing by itself.
func (c *countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.counters.statements.Add(1)
	return c.fullConn.PrepareContext(ctx, query)
}

func (c *countingConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.counters.statements.Add(1)
	tx, err := c.fullConn.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return countingTx{Tx: tx, counters: c.counters}, nil
}

func (c *countingConn) ExecContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Result, error) {
	result, err := c.fullConn.ExecContext(ctx, query, args)
	if errors.Is(err, driver.ErrSkip) {
		return nil, err
	}
	c.counters.statements.Add(1)
	if err != nil {
		return nil, err
	}
	if n, err := result.RowsAffected(); err == nil {
		c.counters.rowsWritten.Add(n)
	}
	return result, nil
}

func (c *countingConn) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	rows, err := c.fullConn.QueryContext(ctx, query, args)
	if errors.Is(err, driver.ErrSkip) {
		return nil, err
	}
	c.counters.statements.Add(1)
	if err != nil {
		return nil, err
	}
	return &countingRows{Rows: rows, counters: c.counters}, nil
}

type countingTx struct {
	driver.Tx
	counters *Counters
}

func (t countingTx) Commit() error {
	t.counters.statements.Add(1)
	return t.Tx.Commit()
}

func (t countingTx) Rollback() error {
	t.counters.statements.Add(1)
	return t.Tx.Rollback()
}

// countingRows adds its rows to the counters when it is closed. The optional methods of rows are
// not forwarded: no statement has several results, and nobody reads the types of columns.
type countingRows struct {
	driver.Rows
	counters *Counters
	read     int64
}

func (r *countingRows) Next(to []driver.Value) error {
	err := r.Rows.Next(to)
	if err == nil {
		r.read++
	}
	return err
}

func (r *countingRows) Close() error {
	r.counters.rowsRead.Add(r.read)
	r.read = 0
	return r.Rows.Close()
}
