package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A deployment's own carriers join those that are built in; a file that is wrong ends the start.
func TestADeploymentHasItsOwnCarriers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "carriers.json")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`[{"code": "CITY", "name": "同城快送", "english": "City Riders"}]`)
	list := startApp(t, "--carriers", path).shipments.Carriers
	for _, code := range []string{"CITY", "SF", "SANDBOX"} {
		if _, found := list.Find(code); !found {
			t.Errorf("%s is not on the list", code)
		}
	}
	for name, text := range map[string]string{
		"carriers.json: carriers: ":  "[{",
		"carrier \"city\": the code": `[{"code": "city", "name": "同城", "english": "City"}]`,
	} {
		write(text)
		a := &App{Config: loadConfig(t, "--carriers", path), Log: slog.New(slog.DiscardHandler)}
		_, err := a.carriers()
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", text, err)
		}
	}
	a := &App{Config: loadConfig(t, "--carriers", path+"x"), Log: slog.New(slog.DiscardHandler)}
	if _, err := a.carriers(); err == nil || !strings.Contains(err.Error(), "ORDERFLOW_CARRIERS") {
		t.Errorf("no file: %v", err)
	}
}
