package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Server is a server in a process of its own.
type Server struct {
	URL string

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
	line, err := lines.ReadString('\n')
	url, listens := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !listens {
		_, stopped := s.Stop()
		return nil, errors.Join(
			fmt.Errorf("a server ended without listening: %w", err), stopped)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // so that it never blocks on a full pipe
	s.URL = url
	return s, nil
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
