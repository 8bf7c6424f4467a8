package verify

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/internal/store"
)

// batch is how many orders or stock rows are looked at together: enough to make round trips
// cheap, few enough for memory.
const batch = 500

// snapshot is one read-only transaction. It has one connection, so one result is read at a time.
type snapshot struct {
	conn   *sql.Conn
	client *ent.Client // sees every row
	rows   int64       // read so far, each time that one is read; sums count what they sum
}

// inSnapshot runs fn in a transaction whose reads all see the database at one moment.
func inSnapshot(ctx context.Context, db *store.DB, fn func(*snapshot) error) error {
	conn, err := db.ReadSQL().Conn(ctx)
	if err != nil {
		return err
	}
	begin := []string{"BEGIN"} // on SQLite the first read fixes what all others see
	if db.Dialect == dialect.MySQL {
		begin = []string{
			"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", // of the next transaction alone
			"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
		}
	}
	defer func() {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
			// The pool must not reuse a connection with an open transaction.
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = conn.Close()
	}()
	for _, statement := range begin {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	client := ent.NewClient(ent.Driver(
		entsql.NewDriver(db.Dialect, entsql.Conn{ExecQuerier: conn})))
	return fn(&snapshot{conn: conn, client: client})
}

// each streams the rows of a query. row must not query. It does not count them: some are sums.
func (s *snapshot) each(
	ctx context.Context, query string, args []any, row func(scan func(...any) error) error,
) error {
	rows, err := s.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
