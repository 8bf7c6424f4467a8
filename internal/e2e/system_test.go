package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
)

const patience = 2 * time.Minute

// system is a database, the sandbox channel and any number of servers on them.
type system struct {
	t      *testing.T
	name   string    // of the database
	dir    string    // where servers run, and keep what is in no database
	db     *store.DB // the test's own connection
	peer   *sandbox.Peer
	peerAt string
	hooks  hooks

	address string // where the next server listens

	courierAt string // empty: the courier inside the server
}

// hooks lets one test at a time watch the peer's steps.
type hooks struct {
	mu sync.Mutex
	fn func(stage sandbox.Stage, op sandbox.Op, no string)
}

func (h *hooks) set(fn func(stage sandbox.Stage, op sandbox.Op, no string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fn = fn
}

func (h *hooks) call(stage sandbox.Stage, op sandbox.Op, no string) {
	h.mu.Lock()
	fn := h.fn
	h.mu.Unlock()
	if fn != nil {
		fn(stage, op, no)
	}
}

const peerSecret = "a secret between the test and the server"

// each runs the test on a system on every dialect of this run.
func each(t *testing.T, test func(t *testing.T, sys *system)) {
	t.Helper()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			test(t, newSystem(t, dialect))
		})
	}
}

func newSystem(t *testing.T, dialect string) *system {
	t.Helper()
	return newSystemOn(t, dbtest.Name(t, dialect))
}

// newSystemOn is a system on a database.
func newSystemOn(t *testing.T, database string) *system {
	t.Helper()
	sys := &system{t: t, name: database, dir: t.TempDir(), address: "127.0.0.1:0"}
	sys.db = dbtest.OpenName(t, sys.name)
	var err error
	sys.peer, err = sandbox.NewPeer(sandbox.Options{
		Path: t.TempDir() + "/peer.db", Secret: []byte(peerSecret), Hook: sys.hooks.call,
		Now: sys.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	at := httptest.NewServer(sys.peer)
	sys.peerAt = at.URL
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = sys.peer.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		at.Close()
		if err := sys.peer.Close(); err != nil {
			t.Error(err)
		}
	})
	return sys
}

// clock is business time for the peers, which outlive the database at the end of a test.
func (sys *system) clock() time.Time {
	now, err := sys.db.Now(context.Background())
	if err != nil {
		return time.Now()
	}
	return now
}

// environment is what every process of the system gets.
func (sys *system) environment() []string {
	return append(os.Environ(),
		"ORDERFLOW_DATABASE="+sys.name,
		"ORDERFLOW_LISTEN="+sys.address,
		"ORDERFLOW_ADMIN_LISTEN=127.0.0.1:0",
		"ORDERFLOW_SANDBOX_URL="+sys.peerAt,
		"ORDERFLOW_SANDBOX_SECRET="+peerSecret,
		"ORDERFLOW_COURIER_URL="+sys.courierAt,
		"ORDERFLOW_REQUEST_RATE=10000",
	)
}

// server is one running process.
type server struct {
	sys  *system
	cmd  *exec.Cmd
	url  string
	log  *lockedBuffer
	done chan struct{}
}

var listening = regexp.MustCompile(`(?m)^listening on (http://\S+)$`)

// start runs a server until the test ends or kills it. One that is started again has the address of
// the first, as the peer sends its notices there.
func (sys *system) start() *server {
	sys.t.Helper()
	s := &server{sys: sys, log: &lockedBuffer{}, done: make(chan struct{})}
	s.cmd = exec.Command(binary, "serve")
	s.cmd.Env, s.cmd.Dir = sys.environment(), sys.dir
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		sys.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		sys.t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		defer close(s.done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
		}
		_ = s.cmd.Wait()
	}()
	select {
	case s.url = <-found:
	case <-s.done:
		sys.t.Fatalf("the server ended: %s", s.log)
	case <-time.After(patience):
		s.kill()
		sys.t.Fatalf("the server does not start: %s", s.log)
	}
	sys.address = strings.TrimPrefix(s.url, "http://")
	sys.t.Cleanup(func() {
		s.kill()
		if sys.t.Failed() {
			sys.t.Logf("log of %s:\n%s", s.url, s.log)
		}
	})
	sys.until("the server is ready", func() bool {
		res, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
	return s
}

// kill ends the process as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	<-s.done
}

// until waits for a condition; the deadline is for a broken system only. It looks ever less often:
// looking is a query, and what a killed server had claimed takes 15 s to be claimed again.
func (sys *system) until(what string, holds func() bool) {
	sys.t.Helper()
	deadline := time.Now().Add(patience)
	const soon, late = 10 * time.Millisecond, 250 * time.Millisecond
	for pause := soon; !holds(); pause = min(pause*5/4, late) {
		if time.Now().After(deadline) {
			sys.t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(pause)
	}
}

// verify runs `orderflow verify` on the database; an invariant that does not hold fails the test.
func (sys *system) verify() {
	sys.t.Helper()
	cmd := exec.Command(binary, "verify")
	cmd.Env = sys.environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		sys.t.Errorf("verify: %v\n%s", err, out)
	}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
