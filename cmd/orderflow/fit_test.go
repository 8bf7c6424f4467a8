package main

import (
	"bytes"
	"encoding/base64"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderflow/internal/dbtest"
)

// someKey is a key of 32 bytes in base64.
func someKey(fill byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32))
}

// tryStart starts a server on a database and stops it again; its error is that of the start.
func tryStart(t *testing.T, database string, args ...string) error {
	t.Helper()
	all := slices.Concat([]string{"--database", database}, anyAddresses, args)
	if !slices.Contains(args, "production") {
		all = append(all, "--sandbox-state", filepath.Join(t.TempDir(), "sandbox.db"))
	}
	a := &App{Config: loadConfig(t, all...), Log: slog.New(slog.DiscardHandler), Out: io.Discard}
	err := a.Start(t.Context())
	if err == nil {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	return err
}

// settings are all rows of the table.
func settings(t *testing.T, database string) map[string]string {
	t.Helper()
	values := map[string]string{}
	for _, row := range dbtest.OpenName(t, database).Client.Setting.Query().AllX(t.Context()) {
		values[row.ID] = row.Value
	}
	return values
}

func TestServersThatDoNotFitRefuseToStart(t *testing.T) {
	t.Parallel()
	const secret = "a sandbox secret of our own"
	keys, blind := "k1:"+someKey(1), someKey(2)
	development := []string{"--seal-keys", keys, "--blind-key", blind, "--sandbox-secret", secret}
	dbtest.EachName(t, func(t *testing.T, database string) {
		for range 2 {
			if err := tryStart(t, database, development...); err != nil {
				t.Fatal(err)
			}
		}
		before := settings(t, database)
		for name, c := range map[string]struct{ args, want []string }{
			"another seal key": {[]string{"--seal-keys", "k2:" + someKey(3)},
				[]string{`ORDERFLOW_SEAL_KEYS: key "k1" is missing`, "set the keys"}},
			"another seal key of the same id": {[]string{"--seal-keys", "k1:" + someKey(3)},
				[]string{`ORDERFLOW_SEAL_KEYS: key "k1" is not the "k1"`}},
			"the key by another id": {[]string{"--seal-keys", "k2:" + someKey(1)},
				[]string{`ORDERFLOW_SEAL_KEYS: key "k1" is missing`}},
			"another blind key": {[]string{"--blind-key", someKey(3)},
				[]string{"ORDERFLOW_BLIND_KEY: ", "set the one"}},
			"another sandbox secret": {[]string{"--sandbox-secret", "another"},
				[]string{"ORDERFLOW_SANDBOX_SECRET: ", "set the one"}},
			"everything at once": {[]string{"--seal-keys", "k2:" + someKey(3),
				"--blind-key", someKey(3), "--sandbox-secret", "another"},
				[]string{"SEAL_KEYS", "BLIND_KEY", "SANDBOX_SECRET"}},
		} {
			mustNotFit(t, name, tryStart(t, database, slices.Concat(development, c.args)...), c.want...)
		}
		after := settings(t, database)
		for row, value := range after {
			if before[row] != value || len(after) != len(before) {
				t.Errorf("a server that was refused has changed %s to %s", row, value)
			}
			for _, hidden := range []string{someKey(1), blind, secret} {
				if strings.Contains(value, hidden[:20]) {
					t.Errorf("%s holds a secret: %s", row, value)
				}
			}
		}
	})
}

// mustNotFit expects that a start has failed with a message.
func mustNotFit(t *testing.T, name string, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: started", name)
		return
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

func TestServersOfAnotherEnvironmentRefuseToStart(t *testing.T) {
	t.Parallel()
	keys := []string{"--seal-keys", "k1:" + someKey(1), "--blind-key", someKey(2)}
	of := map[string][]string{"development": keys, "production": append([]string{
		"--env", "production", "--token-secret", "correct horse battery staple, twice",
		"--issuer", "https://id.example", "--audience", "orderflow"}, keys...)}
	for first, second := range map[string]string{
		"development": "production", "production": "development",
	} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			dbtest.EachName(t, func(t *testing.T, database string) {
				if err := tryStart(t, database, of[first]...); err != nil {
					t.Fatal(err)
				}
				mustNotFit(t, second, tryStart(t, database, of[second]...),
					"ORDERFLOW_ENV: the others run in "+first, "set it to "+first)
			})
		})
	}
}

// Seal keys rotate in the order of docs/operations.md while servers restart one by one.
func TestSealKeysRotate(t *testing.T) {
	t.Parallel()
	k1, k2, k3 := "k1:"+someKey(1), "k2:"+someKey(2), "k3:"+someKey(3)
	dbtest.EachName(t, func(t *testing.T, database string) {
		for i, step := range []struct {
			ring string
			want string // empty: it starts
		}{
			{k1, ""},
			{k1 + "," + k2, ""}, {k1, ""}, {k1 + "," + k2, ""}, // all can open what k2 seals
			{k2 + "," + k1, ""}, {k1 + "," + k2, ""}, {k2 + "," + k1, ""}, // k2 seals
			{k1, `key "k2" is missing`},
			{k2, ""}, // nothing of k1 is left
			{k2 + ",k1:" + someKey(9), `key "k1" is not the "k1"`},
			{k3, `key "k2" is missing`},
			{k3 + "," + k2, ""}, {k3, ""},
		} {
			err := tryStart(t, database, "--seal-keys", step.ring)
			if step.want == "" && err != nil ||
				step.want != "" && (err == nil || !strings.Contains(err.Error(), step.want)) {
				t.Fatalf("step %d: %v, want %q", i+1, err, step.want)
			}
		}
	})
}

// Of servers that start at the same moment on a fresh database one is the first.
func TestServersThatStartTogetherAgree(t *testing.T) {
	t.Parallel()
	const each = 3
	dbtest.EachName(t, func(t *testing.T, database string) {
		var starting sync.WaitGroup
		var mu sync.Mutex
		started := map[byte]int{}
		for i := range 2 * each {
			fill := byte(1 + i%2)
			starting.Go(func() {
				err := tryStart(t, database, "--blind-key", someKey(fill))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					started[fill]++
				} else if !strings.Contains(err.Error(), "ORDERFLOW_BLIND_KEY") {
					t.Error(err)
				}
			})
		}
		starting.Wait()
		if len(started) != 1 || started[1]+started[2] != each {
			t.Errorf("started by key: %v, want %d of one", started, each)
		}
	})
}
