package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/go-sql-driver/mysql"
	_ "modernc.org/sqlite" // the embedded database

	"orderflow/ent"
	"orderflow/internal/ownfile"
)

// DB is an open database. Its methods may be called by any goroutine.
type DB struct {
	// Client is the client of commands and jobs: it sees every row. What a viewer reads goes through
	// a client of auth.Scoped instead.
	Client *ent.Client
	// Dialect is dialect.MySQL (also for MariaDB) or dialect.SQLite.
	Dialect string
	// Commits notifies after each commit that appended events; OnDue of what becomes due.
	Commits Notifier

	driver      *router
	write       *sql.DB
	read        *sql.DB
	maxIdle     int // connections to MySQL
	simulated   bool
	realNow     func() time.Time
	beforeWrite func(c Change) bool
	due         dueWatches
	slots       chan struct{} // of queues, one for each command or batch that runs
	queued      atomic.Int64
}

// slots is how many commands or batches of queues run at once: one waits for the disk or the writer
// while another is read and decided on. With more of them batches are smaller, and each order costs
// more.
const slots = 2

const (
	// openTimeout bounds the wait for a database that does not answer when it is opened.
	openTimeout = 10 * time.Second
	// Connections are closed when they were idle or open for so long: the network between may forget
	// them, and another server may be the right one by now.
	maxIdleTime = time.Minute
	maxLifetime = 10 * time.Minute
)

// Options change how a database is opened; the zero value is what production uses.
type Options struct {
	// SimulatedClock reads the clock's offset from the database. Without it business time is real
	// time.
	SimulatedClock bool
	// RealNow replaces the real clock in tests.
	RealNow func() time.Time
	// Observe is called with the text of every statement; for tests that count them.
	Observe func(query string)
	// BeforeWrite is called with every change before it is written, may alter its row, and reports
	// whether it is to be written; for tests that break commands.
	BeforeWrite func(c Change) bool
	// VFS names the way in which SQLite reaches its files; for tests that cut the power. Empty is the
	// one of the system.
	VFS string
	// Counters counts statements, rows and bytes; nil counts nothing.
	Counters *Counters
	// MaxConns bounds the connections to MySQL and the readers of SQLite; 0 means 20.
	MaxConns int
	// Patience bounds each wait for an answer of MySQL where the database's name says nothing else; 0
	// means ten minutes, for commands that read much or change tables. A server has none to spare.
	Patience time.Duration
	// Log gets what the driver of MySQL reports, at level debug: callers get its errors. Nil drops it.
	Log *slog.Logger
}

// Open opens "sqlite:<path>" or "mysql:<go-sql-driver DSN>". It does not migrate.
func Open(ctx context.Context, name string, opts Options) (*DB, error) {
	if opts.MaxConns == 0 {
		opts.MaxConns = 20
	}
	if opts.Patience == 0 {
		opts.Patience = 10 * time.Minute
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.RealNow == nil {
		opts.RealNow = time.Now
	}
	db := &DB{simulated: opts.SimulatedClock, realNow: opts.RealNow, beforeWrite: opts.BeforeWrite}
	kind, rest, _ := strings.Cut(name, ":")
	var err error
	switch kind {
	case "sqlite":
		err = db.openSQLite(rest, opts)
	case "mysql":
		err = db.openMySQL(rest, opts)
	default:
		err = fmt.Errorf("database %q: want sqlite:<path> or mysql:<dsn>", kind)
	}
	if err != nil {
		return nil, err
	}
	ping, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	if err := db.write.PingContext(ping); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", kind, err), db.Close())
	}
	db.driver = &router{
		write:   entsql.OpenDB(db.Dialect, db.write),
		read:    entsql.OpenDB(db.Dialect, db.read),
		observe: opts.Observe, dropIdle: db.dropIdle,
	}
	db.Client = ent.NewClient(ent.Driver(db.driver))
	db.slots = make(chan struct{}, slots)
	return db, nil
}

func (db *DB) openSQLite(path string, opts Options) error {
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return errors.New("database sqlite: a file path is needed")
	}
	if opts.VFS == "" {
		if err := ownfile.Database(path); err != nil {
			return fmt.Errorf("database sqlite: %w", err)
		}
	}
	common := url.Values{
		"_pragma":      {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
	}
	if opts.VFS != "" {
		common.Set("vfs", opts.VFS)
	}
	writer := "file:" + path + "?" + common.Encode() + "&_txlock=immediate"
	reader := "file:" + path + "?" + common.Encode() + "&_pragma=query_only(1)"
	var err error
	if db.write, err = openPrepared(writer, writerStatements, opts.Counters); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	if db.read, err = openPrepared(reader, readerStatements, opts.Counters); err != nil {
		return err
	}
	db.read.SetMaxOpenConns(opts.MaxConns)
	db.read.SetMaxIdleConns(opts.MaxConns)
	db.Dialect = dialect.SQLite
	return nil
}

func (db *DB) openMySQL(dsn string, opts Options) error {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return fmt.Errorf("database mysql: %w", err)
	}
	cfg.ParseTime, cfg.ClientFoundRows, cfg.InterpolateParams = true, true, true
	cfg.Loc = time.UTC
	cfg.Collation = "utf8mb4_bin"
	cfg.RejectReadOnly = true // after a failover the old server may answer, and write nothing
	cfg.Logger = driverLog{opts.Log}
	for _, bound := range []struct {
		set       *time.Duration
		otherwise time.Duration
	}{
		{&cfg.Timeout, 5 * time.Second}, {&cfg.ReadTimeout, opts.Patience},
		{&cfg.WriteTimeout, min(opts.Patience, 10*time.Second)},
	} {
		if *bound.set == 0 {
			*bound.set = bound.otherwise
		}
	}
	if opts.Counters != nil {
		cfg.DialFunc = opts.Counters.dial
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return fmt.Errorf("database mysql: %w", err)
	}
	db.write = sql.OpenDB(opts.Counters.wrap(session{connector}))
	db.write.SetMaxOpenConns(opts.MaxConns)
	db.write.SetMaxIdleConns(opts.MaxConns)
	db.write.SetConnMaxIdleTime(maxIdleTime)
	db.write.SetConnMaxLifetime(maxLifetime)
	db.maxIdle = opts.MaxConns
	db.read = db.write
	db.Dialect = dialect.MySQL
	return nil
}

// driverLog passes on what the driver reports.
type driverLog struct{ log *slog.Logger }

// Print implements mysql.Logger.
func (l driverLog) Print(v ...any) { l.log.Debug("mysql driver", "message", fmt.Sprint(v...)) }

// dropIdle closes the idle connections to MySQL.
func (db *DB) dropIdle() {
	if db.maxIdle > 0 {
		db.write.SetMaxIdleConns(-1)
		db.write.SetMaxIdleConns(db.maxIdle)
	}
}

// session prepares every connection: the names of these settings as DSN variables differ between
// MySQL and MariaDB, the statements do not.
type session struct{ driver.Connector }

func (s session) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := s.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, stmt := range []string{
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
		"SET SESSION innodb_lock_wait_timeout = 3",
	} {
		if _, err := conn.(driver.ExecerContext).ExecContext(ctx, stmt, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// Close closes all connections.
func (db *DB) Close() error {
	err := db.write.Close()
	if db.read != nil && db.read != db.write {
		err = errors.Join(err, db.read.Close())
	}
	return err
}

// Driver is the ent driver below Client, to build a client with other interceptors on it.
func (db *DB) Driver() dialect.Driver { return db.driver }

// SQL is the pool that writes; for statements that ent cannot express.
func (db *DB) SQL() *sql.DB { return db.write }

// ReadSQL is the pool that reads; on MySQL it is the same as SQL.
func (db *DB) ReadSQL() *sql.DB { return db.read }

// Product is name and version of the database server: "MariaDB 10.11.11", "MySQL 9.4.0", "SQLite
// 3.53.4".
func (db *DB) Product(ctx context.Context) (string, error) {
	query, name := "SELECT VERSION()", "MySQL"
	if db.Dialect == dialect.SQLite {
		query, name = "SELECT sqlite_version()", "SQLite"
	}
	var version string
	if err := db.read.QueryRowContext(ctx, query).Scan(&version); err != nil {
		return "", err
	}
	version, suffix, _ := strings.Cut(version, "-")
	if strings.HasPrefix(suffix, "MariaDB") {
		name = "MariaDB"
	}
	return name + " " + version, nil
}
