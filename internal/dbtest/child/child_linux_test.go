package child_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"orderflow/internal/dbtest/child"
)

const (
	role     = "ORDERFLOW_CHILD_TEST"
	deadline = time.Minute
)

// TestMain is also the middle process of the tests: it starts a long child and waits to be killed.
func TestMain(m *testing.M) {
	if os.Getenv(role) == "" {
		os.Exit(m.Run())
	}
	cmd := exec.Command("sleep", "300")
	cmd.Stdout = os.Stdout
	p, err := child.Start(cmd)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("started")
	_ = p.Wait()
}

// middle starts this test binary as the middle process. Its standard output ends when the last
// process that holds it is gone.
func middle(t *testing.T) (cmd *exec.Cmd, output *bufio.Reader) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	if err := read.SetReadDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), role+"=middle")
	cmd.Stdout, cmd.Stderr = write, os.Stderr
	t.Cleanup(func() { _ = write.Close() })
	return cmd, bufio.NewReader(read)
}

func awaitStart(t *testing.T, cmd *exec.Cmd, output *bufio.Reader) {
	t.Helper()
	_ = cmd.Stdout.(*os.File).Close() // ours; the process has its own
	if line, err := output.ReadString('\n'); line != "started\n" {
		t.Fatalf("middle process: %q, %v", line, err)
	}
}

func TestChildDiesWithItsParent(t *testing.T) {
	t.Parallel()
	cmd, output := middle(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitStart(t, cmd, output)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if rest, err := io.ReadAll(output); err != nil {
		t.Errorf("the child still lives: %q, %v", rest, err)
	}
}

func TestKillReachesTheGroup(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*child.Process){
		"kill":      (*child.Process).Kill,
		"interrupt": func(p *child.Process) { p.Interrupt(deadline) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, output := middle(t)
			p, err := child.Start(cmd)
			if err != nil {
				t.Fatal(err)
			}
			awaitStart(t, cmd, output)
			end(p)
			if p.Wait() == nil {
				t.Error("a killed process has no error")
			}
			if rest, err := io.ReadAll(output); err != nil {
				t.Errorf("a descendant still lives: %q, %v", rest, err)
			}
		})
	}
}

func TestStartReportsAMissingProgram(t *testing.T) {
	t.Parallel()
	if _, err := child.Start(exec.Command("/does/not/exist")); err == nil {
		t.Error("started")
	}
}
