package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Variable is the environment variable that names a server by its DSN, for users and for the tests
// that a run starts.
const Variable = "ORDERFLOW_TEST_MYSQL"

// OnlyVariable is the environment variable that keeps a run to one dialect of package dbtest.
const OnlyVariable = "ORDERFLOW_TEST_ONLY"

const startupLimit = time.Minute

// ErrNone means that no server was found and none could be started; the text gives the reason for
// each source.
var ErrNone = errors.New("no MySQL or MariaDB")

// Server is a server that answers. Stop it when the run is over.
type Server struct {
	DSN    string // go-sql-driver's, without a database
	Name   string // product and version, such as "MariaDB 10.11.14"
	Origin string // where it came from, such as "private server"
	stop   func()

	restart func(ctx context.Context) error // nil: of one that this run did not start
}

// String describes what the tests run on.
func (s *Server) String() string { return s.Name + " (" + s.Origin + ")" }

// Stop ends a server that this run started and leaves any other alone.
func (s *Server) Stop() {
	if s.stop != nil {
		s.stop()
	}
}

// Restart kills a private server, as a crash does, and starts it again at the same address. Commits
// are kept only where innodb_flush_log_at_trx_commit is not 0.
func (s *Server) Restart(ctx context.Context) error { return s.restart(ctx) }

// Obtain returns the server named by ORDERFLOW_TEST_MYSQL, or else starts one: a private one from
// an installed mysqld or mariadbd, one in Docker, or as root on Debian one that it installs first.
// What takes long is announced on log. A named server that does not answer is an error of its own;
// when there is none at all the error is ErrNone.
func Obtain(ctx context.Context, log io.Writer) (*Server, error) {
	if dsn := os.Getenv(Variable); dsn != "" {
		srv, err := reached(ctx, &Server{DSN: dsn, Origin: Variable})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", Variable, err)
		}
		return srv, nil
	}
	var reasons []error
	for _, source := range []func(context.Context, io.Writer) (*Server, error){
		private, docker, debian,
	} {
		srv, err := source(ctx, log)
		if err == nil {
			return srv, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		reasons = append(reasons, err)
	}
	return nil, fmt.Errorf("%w:\n%w", ErrNone, errors.Join(reasons...))
}

// reached connects to a server and fills in its name.
func reached(ctx context.Context, srv *Server) (*Server, error) {
	cfg, err := mysql.ParseDSN(srv.DSN)
	if err != nil {
		return nil, err
	}
	cfg.Logger = &mysql.NopLogger{} // a server that is starting refuses connections; that is expected
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var version string
	if err := db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return nil, err
	}
	number, rest, _ := strings.Cut(version, "-")
	srv.Name = "MySQL " + number
	if strings.Contains(rest, "MariaDB") {
		srv.Name = "MariaDB " + number
	}
	return srv, nil
}

// answering waits until a server that was just started answers, ends or its time is up.
func answering(ctx context.Context, srv *Server, ended <-chan struct{}) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startupLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		ready, err := reached(ctx, srv)
		if err == nil {
			return ready, nil
		}
		select {
		case <-ended:
			return nil, errors.New("ended while starting")
		case <-ctx.Done():
			return nil, fmt.Errorf("does not answer: %w", err)
		case <-tick.C:
		}
	}
}
