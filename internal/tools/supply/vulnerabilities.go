package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

const govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"

// standardLibrary is what govulncheck calls the module of Go's own packages.
const standardLibrary = "stdlib"

// finding is a known vulnerability in something that the binary has.
type finding struct {
	OSV   string
	Fixed string `json:"fixed_version"`
	Trace []struct{ Module, Version, Function string }
}

// checkVulnerabilities prints the known vulnerabilities whose functions a binary has. It fails for
// those of modules: another version of one is a change here. Those of Go's own packages are mended
// by another Go on the machine that builds. Without a database it says so and does not fail.
func checkVulnerabilities(ctx context.Context, out io.Writer, binary string) error {
	folder, err := os.MkdirTemp("", "orderflow-vulndb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	url, name, err := database(ctx, folder)
	if errors.Is(err, errNoDatabase) {
		fmt.Fprintf(out, "%s\nNOT CHECKED for vulnerabilities: see SECURITY.md for a mirror\n%v\n",
			loud, err)
		return nil
	}
	if err != nil {
		return err
	}
	found, err := scan(ctx, url, binary)
	if err != nil {
		return err
	}
	ofModules := 0
	for _, f := range found {
		at := f.Trace[0]
		if at.Module != standardLibrary {
			ofModules++
		}
		fmt.Fprintf(out, "https://pkg.go.dev/vuln/%s  %s %s, fixed in %s\n", f.OSV, at.Module,
			at.Version, f.Fixed)
	}
	fmt.Fprintf(out, "looked in %s\n", name)
	if n := len(found) - ofModules; n > 0 {
		fmt.Fprintf(out, "%s\n%d in Go's own packages: build with the newest Go, releases above all\n",
			loud, n)
	}
	if ofModules > 0 {
		return fmt.Errorf("%d known vulnerabilities in modules: take the fixed versions", ofModules)
	}
	return nil
}

var loud = strings.Repeat("!", 72)

// scan returns what govulncheck finds, each vulnerability once.
func scan(ctx context.Context, database, binary string) ([]finding, error) {
	out, err := command(ctx, "go", "run", govulncheck, "-mode", "binary", "-format", "json",
		"-db", database, binary)
	if err != nil {
		return nil, err
	}
	var found []finding
	for messages := json.NewDecoder(bytes.NewReader(out)); ; {
		var message struct{ Finding *finding }
		err := messages.Decode(&message)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("govulncheck: %w", err)
		}
		f := message.Finding
		if f == nil || len(f.Trace) == 0 || f.Trace[0].Function == "" {
			continue
		}
		if !slices.ContainsFunc(found, func(o finding) bool {
			return o.OSV == f.OSV && o.Trace[0].Module == f.Trace[0].Module
		}) {
			found = append(found, *f)
		}
	}
}
