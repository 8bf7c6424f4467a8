package toolstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// Main is the body of TestMain: it builds the program, stores its path in binary, runs the tests,
// and fails when they leak goroutines.
func Main(m *testing.M, binary *string) {
	dir, err := os.MkdirTemp("", "orderflow-tools-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	*binary = filepath.Join(dir, "orderflow")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", *binary, "orderflow/cmd/orderflow")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as a release is built
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		_ = os.RemoveAll(dir)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}
