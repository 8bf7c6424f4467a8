package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/licensecheck"

	"orderflow/internal/gqlserver"
)

// allowed are the licences that may be distributed with the program under its own.
var allowed = []string{
	"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0",
	"Unicode-DFS-2016",
}

// npmLicences are those of the npm packages that the page of GraphiQL loads. Their texts are not
// here to be read; whoever changes a package looks its licence up.
var npmLicences = map[string]string{
	"graphiql":  "MIT",
	"react":     "MIT",
	"react-dom": "MIT",
}

// covered is how much of a file, in percent, a licence has to be for the file to be that licence.
const covered = 75

// listLicences prints the licence of everything, and returns an error that names what has none that
// is allowed.
func listLicences(ctx context.Context, out io.Writer) error {
	found, err := modules(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var problems []error
	add := func(kind, name, version, licence string) {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", kind, name, version, licence)
		if !isAllowed(licence) {
			problems = append(problems, fmt.Errorf("%s %s: licence %q is not allowed", kind, name,
				licence))
		}
	}
	for _, m := range found {
		licence, err := licenceOf(m.Dir)
		if err != nil {
			return err
		}
		add("go", m.Path, m.Version, licence)
	}
	for _, p := range npmPackages() {
		add("npm", p[0], p[1], npmLicences[p[0]])
	}
	return errors.Join(append(problems, table.Flush())...)
}

// isAllowed reports whether all parts of a licence such as "MIT AND ISC" are allowed.
func isAllowed(licence string) bool {
	for part := range strings.SplitSeq(licence, " AND ") {
		if !slices.Contains(allowed, part) {
			return false
		}
	}
	return true
}

// licenceOf returns the SPDX ids of the licences in a module's folder, joined by AND; empty when it
// has none that is known.
func licenceOf(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("read a module, which go mod download brings: %w", err)
	}
	var ids []string
	for _, entry := range entries {
		name := strings.ToUpper(entry.Name())
		if entry.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return "", err
		}
		scanned := licensecheck.Scan(text)
		if scanned.Percent < covered {
			continue // a list of the licences of others, or none
		}
		for _, match := range scanned.Match {
			if !slices.Contains(ids, match.ID) {
				ids = append(ids, match.ID)
			}
		}
	}
	slices.Sort(ids)
	return strings.Join(ids, " AND "), nil
}

var npmPackage = regexp.MustCompile(`/npm/((?:@[\w-]+/)?[\w.-]+)@([\w.-]+)`)

// npmPackages returns the names and versions of what the page of GraphiQL loads.
func npmPackages() [][2]string {
	page := httptest.NewRecorder()
	gqlserver.Playground("/graphql", "").ServeHTTP(page,
		httptest.NewRequest(http.MethodGet, "/", nil))
	var found [][2]string
	for _, match := range npmPackage.FindAllStringSubmatch(page.Body.String(), -1) {
		if p := [2]string{match[1], match[2]}; !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return found
}
