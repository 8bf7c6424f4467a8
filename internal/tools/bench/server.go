package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"orderflow/internal/store"
)

// Server is a server in a process of its own.
type Server struct {
	URL      string
	AdminURL string // private

	process *exec.Cmd
}

// Launch starts a server of the program at path binary, on addresses that the system chooses, and
// returns when it listens. variables are added to the environment of this process; the error log
// goes to errorLog. The caller calls Stop.
func Launch(
	ctx context.Context, binary string, variables []string, errorLog io.Writer,
) (*Server, error) {
	s := &Server{process: exec.CommandContext(ctx, binary, "serve", "--listen", "127.0.0.1:0",
		"--admin-listen", "127.0.0.1:0", "--log-level", "error")}
	// Not as flags: they may hold a password, and flags are visible to every user.
	s.process.Env = append(os.Environ(), variables...)
	s.process.Stderr = errorLog
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	if err := s.readAddresses(lines); err != nil {
		_, stopped := s.Stop()
		return nil, errors.Join(
			fmt.Errorf("a server ended without listening: %w", err), stopped)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // so that it never blocks on a full pipe
	return s, nil
}

// readAddresses reads what a server prints at its start, until it has said both addresses.
func (s *Server) readAddresses(lines *bufio.Reader) error {
	for s.URL == "" || s.AdminURL == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err
		}
		if url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on "); found {
			s.URL = url
		}
		fields := strings.Fields(line)
		if len(fields) == 2 && fields[0] == "private" {
			s.AdminURL = strings.TrimSuffix(fields[1], "/debug/pprof/")
		}
	}
	return nil
}

// counts returns what the server has exchanged with its database since its start.
func (s *Server) counts(ctx context.Context) (c store.Counts, err error) {
	at := s.AdminURL + "/debug/database"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return c, err
	}
	req.Close = true // the next call is after a round, and a server waits for open connections
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return c, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return c, fmt.Errorf("%s returned %s", at, res.Status)
	}
	return c, json.NewDecoder(res.Body).Decode(&c)
}

// Stop interrupts the server, or kills it where there is no such signal, and returns the processor
// time it used.
func (s *Server) Stop() (cpu time.Duration, err error) {
	if err := s.process.Process.Signal(os.Interrupt); err != nil {
		return 0, errors.Join(err, s.process.Process.Kill(), s.process.Wait())
	}
	err = s.process.Wait()
	return s.process.ProcessState.UserTime() + s.process.ProcessState.SystemTime(), err
}
