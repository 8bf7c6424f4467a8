package store_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-sql-driver/mysql"

	"orderflow/ent"
	"orderflow/ent/setting"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// What the cutter does with the next COMMIT.
const (
	pass   = iota
	before // the connection is lost on the way to the server
	after  // the connection is lost on the way back
)

// cutter stands between a client and the server and loses connections at COMMIT.
type cutter struct {
	network, server string
	cut             atomic.Int32
}

// newCutter returns a cutter and the name of a database behind it.
func newCutter(t *testing.T) (*cutter, string) {
	t.Helper()
	name := dbtest.Name(t, dbtest.MySQL)
	cfg, err := mysql.ParseDSN(strings.TrimPrefix(name, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{network: cfg.Net, server: cfg.Addr}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go c.serve(client)
		}
	}()
	cfg.Net, cfg.Addr = "tcp", listener.Addr().String()
	return c, "mysql:" + cfg.FormatDSN()
}

func (c *cutter) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial(c.network, c.server)
	if err != nil {
		return
	}
	defer server.Close()
	var deaf atomic.Bool // the client hears nothing any more
	go func() {
		defer client.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil || deaf.Load() {
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if bytes.Contains(buffer[:n], []byte("COMMIT")) {
			switch c.cut.Swap(pass) {
			case before:
				return
			case after:
				deaf.Store(true)
			}
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
		if deaf.Load() {
			_, _ = io.Copy(io.Discard, client) // until the server has answered
			return
		}
	}
}

func TestALostCommitIsLookedUp(t *testing.T) {
	t.Parallel()
	if len(dbtest.Dialects(t)) == 1 {
		return // SQLite has no connection to lose
	}
	c, name := newCutter(t)
	db := dbtest.OpenName(t, name)
	notified, unsubscribe := db.Commits.Subscribe()
	defer unsubscribe()
	for _, tc := range []struct {
		name   string
		cut    int32
		probe  bool
		works  bool
		stored bool
	}{
		{"nothing lost", pass, false, true, true},
		{"answer lost", after, true, true, true},
		{"answer lost, no probe", after, false, false, true},
		{"commit lost", before, true, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			runs := 0
			err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				runs++
				tx.NotifyAfterCommit()
				if tc.probe {
					tx.ProbeCommitBy(func(ctx context.Context, client *ent.Client) (bool, error) {
						return client.Setting.Query().Where(setting.ID(tc.name)).Exist(ctx)
					})
				}
				c.cut.Store(tc.cut)
				return put(ctx, tx, tc.name)
			})
			if (err == nil) != tc.works || runs != 1 {
				t.Errorf("%d runs, %v", runs, err)
			}
			if has(t, db, tc.name) != tc.stored {
				t.Errorf("stored: %v", !tc.stored)
			}
			select {
			case <-notified:
				if !tc.works {
					t.Error("subscribers were notified")
				}
			default:
				if tc.works {
					t.Error("subscribers were not notified")
				}
			}
		})
	}
}

// A command with a key needs no probe of its own, and can be sent again in any case.
func TestACommandWithAKeySurvivesALostCommit(t *testing.T) {
	t.Parallel()
	if len(dbtest.Dialects(t)) == 1 {
		return // SQLite has no connection to lose
	}
	cut, name := newCutter(t)
	db := dbtest.OpenName(t, name)
	for _, tc := range []struct {
		key   string
		cut   int32
		works bool
		rows  int // that the second run leaves
	}{{"answer lost", after, true, 0}, {"commit lost", before, false, 1}} {
		var c command
		already := db.Client.Setting.Query().CountX(t.Context())
		ctx := store.WithKey(t.Context(), key(tc.key, 1))
		first, _, err := db.Command(ctx, func(
			ctx context.Context, tx *store.Tx,
		) ([]globalid.ID, error) {
			cut.cut.Store(tc.cut)
			return []globalid.ID{globalid.New(globalid.Order)}, nil
		})
		if (err == nil) != tc.works {
			t.Errorf("%s: %v", tc.key, err)
		}
		second, replayed, err := c.run(t.Context(), db, key(tc.key, 1))
		if err != nil || replayed != tc.works || tc.works && second[0] != first[0] {
			t.Errorf("%s, asked again: %v, %v, %v", tc.key, second, replayed, err)
		}
		if rows := db.Client.Setting.Query().CountX(t.Context()) - already; rows != tc.rows {
			t.Errorf("%s: the second run left %d rows", tc.key, rows)
		}
	}
}
