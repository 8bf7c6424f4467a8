package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestALicenceIsNeededAndAllowed(t *testing.T) {
	t.Parallel()
	apache, err := os.ReadFile("../../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file, text string
		allowed    bool
	}{
		"ours":       {"LICENSE", string(apache), true},
		"none":       {"README", string(apache), false},
		"other text": {"LICENSE", "All rights reserved.", false},
		"copyleft":   {"COPYING", "SPDX-License-Identifier: AGPL-3.0-only\n", false},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, c.file), c.text)
		licence, err := licenceOf(dir)
		if err != nil || isAllowed(licence) != c.allowed {
			t.Errorf("%s: %q, %v, want allowed %v", name, licence, err, c.allowed)
		}
	}
}

func TestEveryPackageOfThePageHasALicence(t *testing.T) {
	t.Parallel()
	packages := npmPackages()
	if len(packages) < 3 {
		t.Errorf("the page loads %v", packages)
	}
	for _, p := range packages {
		if !isAllowed(npmLicences[p[0]]) {
			t.Errorf("%s has no licence", p[0])
		}
	}
}

func TestReportsBecomeADatabase(t *testing.T) {
	t.Parallel()
	reports, folder := t.TempDir(), t.TempDir()
	if err := writeDatabase(reports, folder); err == nil {
		t.Error("a folder without reports is a database")
	}
	write(t, filepath.Join(reports, "GO-2026-0001.json"), `{"id": "GO-2026-0001",
		"modified": "2026-01-02T03:04:05Z", "affected": [{"package": {"name": "example.org/m"},
		"ranges": [{"events": [{"introduced": "0"}, {"fixed": "1.2.3"}]}]}]}`)
	if err := writeDatabase(reports, folder); err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(folder, "index", "modules.json"))
	const want = `[{"path":"example.org/m","vulns":[{"id":"GO-2026-0001",` +
		`"modified":"2026-01-02T03:04:05Z","fixed":"1.2.3"}]}]`
	if err != nil || strings.TrimSpace(string(index)) != want {
		t.Errorf("the index is %s, %v", index, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "ID", "GO-2026-0001.json")); err != nil {
		t.Error(err)
	}
}
