package replay_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/internal/dbtest"
)

// server is the program on a database of its own, as a process that can be killed and started
// again.
type server struct {
	t        *testing.T
	database string
	state    string // of the sandbox channel
	address  string // the same after every start
	process  *exec.Cmd
	log      bytes.Buffer
	ended    sync.WaitGroup
}

func newServer(t *testing.T, dialect string) *server {
	t.Helper()
	s := &server{t: t, database: dbtest.Name(t, dialect), address: "127.0.0.1:0",
		state: filepath.Join(t.TempDir(), "sandbox.db")}
	s.start()
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("log of the server:\n%s", s.log.String())
		}
	})
	return s
}

func (s *server) environment() []string {
	return append(os.Environ(), "ORDERFLOW_DATABASE="+s.database, "ORDERFLOW_LISTEN="+s.address,
		"ORDERFLOW_ADMIN_LISTEN=127.0.0.1:0", "ORDERFLOW_SANDBOX_STATE="+s.state)
}

func (s *server) url() string { return "http://" + s.address }

var listening = regexp.MustCompile(`^listening on http://(\S+)$`)

// start starts the process and returns when it listens.
func (s *server) start() {
	const patience = 2 * time.Minute
	s.process = exec.Command(binary, "serve")
	s.process.Env = s.environment()
	s.process.Stderr = &s.log
	out, err := s.process.StdoutPipe()
	if err != nil {
		s.t.Error(err)
		return
	}
	if err := s.process.Start(); err != nil {
		s.t.Error(err)
		return
	}
	found := make(chan string, 1)
	s.ended.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
		}
		close(found)
		_ = s.process.Wait() // it ends by being killed
	})
	select {
	case address := <-found:
		if address == "" {
			s.t.Error("the server ended")
			return
		}
		s.address = address
	case <-time.After(patience):
		s.t.Errorf("the server does not listen after %s", patience)
	}
}

// kill ends the process without a shutdown.
func (s *server) kill() {
	if err := s.process.Process.Kill(); err == nil {
		s.ended.Wait()
	}
}

// verify runs the command verify on the database.
func (s *server) verify() {
	s.t.Helper()
	cmd := exec.Command(binary, "verify")
	cmd.Env = s.environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Errorf("verify: %v\n%s", err, strings.TrimSpace(string(out)))
	}
}
