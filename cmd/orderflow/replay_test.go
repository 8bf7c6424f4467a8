package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReplayMisuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no file":       {nil, exitUsage, "write orderflow replay FILE"},
		"two files":     {[]string{"a.csv", "b.csv"}, exitUsage, `"b.csv" is not a flag`},
		"a missing one": {[]string{"none.csv"}, exitFailed, "none.csv"},
		"no workers":    {[]string{"none.csv", "--workers", "0"}, exitFailed, "--workers"},
		"a limit below": {[]string{"--limit", "-1", "none.csv"}, exitFailed, "--limit"},
	} {
		got := runProgram(t, nil, append([]string{"replay"}, c.args...)...)
		if got.code != c.code || !strings.Contains(got.err, c.want) {
			t.Errorf("%s: exit code %d, errors %q", name, got.code, got.err)
		}
	}
}

// The rejects are written before the first request; without a server the command says how to
// continue.
func TestReplayWithoutAServer(t *testing.T) {
	t.Parallel()
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	got := runProgram(t, nil, "replay", "../../internal/tools/replay/testdata/retail.csv",
		"--url", "http://127.0.0.1:1", "--patience", "1ms", "--rejects", rejects)
	if got.code != exitFailed || !strings.Contains(got.err, "run the same command again") {
		t.Errorf("exit code %d, errors %q", got.code, got.err)
	}
	written, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(written), "Line,Reason,InvoiceNo,") ||
		!strings.Contains(string(written), "no goods") {
		t.Errorf("rejects %s", written)
	}
}
