package server

import (
	"database/sql"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
)

func TestNamedServerMustAnswer(t *testing.T) {
	t.Setenv(Variable, "root@tcp(127.0.0.1:1)/")
	srv, err := Obtain(t.Context(), io.Discard)
	if err == nil || errors.Is(err, ErrNone) || !strings.Contains(err.Error(), Variable) {
		t.Errorf("got %v, %v", srv, err)
	}
}

func TestInstallationCanBeForbidden(t *testing.T) {
	t.Setenv(installVariable, "0")
	if srv, err := debian(t.Context(), io.Discard); err == nil {
		t.Errorf("installed %v", srv)
	}
}

func TestPrivateServer(t *testing.T) {
	t.Parallel()
	if _, missing := find("mariadbd", "mysqld"); missing != nil {
		if srv, err := private(t.Context(), io.Discard); err == nil {
			t.Errorf("started %v from nothing", srv)
		}
		return
	}
	srv, err := private(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Stop)
	if got := srv.String(); !strings.HasSuffix(got, " (private server)") {
		t.Errorf("says it is %q", got)
	}
	ask := func(dsn, query string) (answer string, err error) {
		db, err := sql.Open("mysql", dsn)
		if err != nil {
			return "", err
		}
		defer db.Close()
		return answer, db.QueryRowContext(t.Context(), query).Scan(&answer)
	}
	data, err := ask(srv.DSN, "SELECT @@datadir")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := mysql.ParseDSN(srv.DSN)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask("root@tcp("+cfg.Addr+")/", "SELECT 1"); err == nil {
		t.Error("root needs no password")
	}
	srv.Stop()
	if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is still there: %v", err)
	}
	if _, err := ask(srv.DSN, "SELECT 1"); err == nil {
		t.Error("it still answers")
	}
}
