//go:build unix

package event_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/go-sql-driver/mysql"

	"orderflow/ent/feedhead"
	"orderflow/internal/dbtest"
	"orderflow/internal/dbtest/child"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// The holder of the lease, a process of its own, is stopped for longer than its lease and then goes
// on. Another server takes over; the feed has no gap and no repeat, and the process is of use
// again.
func TestPausedSequencer(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		if dialect == dbtest.SQLite {
			continue // the database of one process
		}
		for where, statement := range map[string]string{
			"between batches":               "",
			"before the lock":               "FOR UPDATE",
			"with the lock, before reading": "FROM events WHERE position IS NULL ORDER",
			"before writing":                "UPDATE events SET position",
			"before commit":                 "COMMIT",
		} {
			t.Run(dialect+" "+where, func(t *testing.T) {
				t.Parallel()
				testPause(t, dbtest.Name(t, dialect), statement)
			})
		}
	}
}

func testPause(t *testing.T, name, statement string) {
	db := dbtest.OpenName(t, name)
	order := newOrder(t, db)
	events := 0
	more := func(n int) {
		for range n {
			mustHappen(t, db, order, globalid.ID{}, vocab.EventOrderPaid)
		}
		events += n
	}
	via := newGate(t, name)
	process := startSequencer(t, via.name)
	more(3)
	waitForHead(t, db, int64(events))
	holder := db.Client.FeedHead.GetX(t.Context(), 1).Holder

	if statement == "" {
		signal(t, process, syscall.SIGSTOP)
	} else {
		via.stopAt(statement, func() { signal(t, process, syscall.SIGSTOP) })
	}
	more(3)
	if statement != "" {
		<-via.stopped
	}
	stop := sequence(t, db, event.NewFeed(db), quick("successor"))
	waitForHead(t, db, int64(events))
	more(3)
	waitForHead(t, db, int64(events))
	if other := db.Client.FeedHead.GetX(t.Context(), 1).Holder; other == holder {
		t.Fatalf("%s still holds the lease", holder)
	}

	signal(t, process, syscall.SIGCONT)
	via.open()
	more(3)
	waitForHead(t, db, int64(events))
	stop()
	waitUntil(t, "the process takes over again", func() bool { return heldByProcess(t, db) })
	more(3)
	waitForHead(t, db, int64(events))
	checkFeed(t, db, events)
}

func heldByProcess(t *testing.T, db *store.DB) bool {
	t.Helper()
	held, err := db.Client.FeedHead.Query().
		Where(feedhead.HolderHasPrefix("process/"), feedhead.LeaseUntilNotNil()).Exist(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func startSequencer(t *testing.T, name string) *child.Process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), sequencerOf+"="+name)
	cmd.Stderr = os.Stderr
	process, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Kill)
	return process
}

func signal(t *testing.T, process *child.Process, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(process.PID(), sig); err != nil {
		t.Error(err)
	}
}

// gate stands between a process and its database and can hold one statement back.
type gate struct {
	name    string // the database as the process is to open it
	stopped chan struct{}

	mu        sync.Mutex
	statement string
	stop      func()
	opened    chan struct{}
	conns     []net.Conn
}

func newGate(t *testing.T, name string) *gate {
	t.Helper()
	cfg, err := mysql.ParseDSN(strings.TrimPrefix(name, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	network, address := cfg.Net, cfg.Addr
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Net, cfg.Addr = "tcp", listener.Addr().String()
	g := &gate{
		name: "mysql:" + cfg.FormatDSN(), stopped: make(chan struct{}), opened: make(chan struct{}),
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(network, address)
			if err != nil {
				_ = client.Close()
				continue
			}
			g.mu.Lock()
			g.conns = append(g.conns, client, server)
			g.mu.Unlock()
			running.Go(func() { g.forward(server, client) })
			running.Go(func() {
				_, _ = io.Copy(client, server)
				_ = client.Close()
			})
		}
	})
	t.Cleanup(func() {
		g.open()
		_ = listener.Close()
		g.mu.Lock()
		for _, conn := range g.conns {
			_ = conn.Close()
		}
		g.mu.Unlock()
		running.Wait()
	})
	return g
}

// stopAt holds the next such statement back until open, after calling stop.
func (g *gate) stopAt(statement string, stop func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.statement, g.stop = statement, stop
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.opened:
	default:
		close(g.opened)
	}
}

func (g *gate) forward(server, client net.Conn) {
	defer server.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if g.holds(buffer[:n]) {
			<-g.opened
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (g *gate) holds(packet []byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.statement == "" || !bytes.Contains(packet, []byte(g.statement)) {
		return false
	}
	g.statement = ""
	g.stop()
	close(g.stopped)
	return true
}
