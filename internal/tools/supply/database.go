package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	onlineDatabase = "https://vuln.go.dev"
	// snapshot is the Go module that the online database is made from, for machines that reach the
	// module proxy alone. A newer version is named by ORDERFLOW_VULNDB_SNAPSHOT.
	snapshot = "golang.org/x/vulndb@v0.0.0-20261105234957-e22db6528018"

	patience         = 5 * time.Second // for the online database to answer
	downloadPatience = 90 * time.Second
)

// errNoDatabase is that none of the databases is reached.
var errNoDatabase = errors.New("no database of vulnerabilities is reached")

// database returns the URL of a database of vulnerabilities, and what it is, for people: the one
// that ORDERFLOW_VULNDB names, the one online, or a snapshot that is written to a folder.
func database(ctx context.Context, folder string) (url, name string, err error) {
	if url := os.Getenv("ORDERFLOW_VULNDB"); url != "" {
		return url, url, nil
	}
	online := reach(ctx, onlineDatabase+"/index/db.json")
	if online == nil {
		return onlineDatabase, onlineDatabase, nil
	}
	name = cmp.Or(os.Getenv("ORDERFLOW_VULNDB_SNAPSHOT"), snapshot)
	limited, cancel := context.WithTimeout(ctx, downloadPatience)
	defer cancel()
	out, err := command(limited, "go", "mod", "download", "-json", name)
	if err != nil {
		return "", "", errors.Join(errNoDatabase, online, err)
	}
	var fetched struct{ Dir string }
	if err := json.Unmarshal(out, &fetched); err != nil {
		return "", "", fmt.Errorf("go mod download: %w", err)
	}
	err = writeDatabase(filepath.Join(fetched.Dir, "data", "osv"), folder)
	return "file://" + filepath.ToSlash(folder), "the snapshot " + name, err
}

func reach(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", url, answer.Status)
	}
	return err
}

// report is what an index needs of a report in the OSV format.
type report struct {
	ID       string
	Modified time.Time
	Affected []struct {
		Package struct{ Name string }
		Ranges  []struct {
			Events []struct{ Fixed string }
		}
	}
}

// indexed is a module in the index of a database.
type indexed struct {
	Path  string         `json:"path"`
	Vulns []indexedVulns `json:"vulns"`
}

type indexedVulns struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
	Fixed    string    `json:"fixed,omitempty"`
}

// writeDatabase writes a folder of reports in the layout of https://go.dev/security/vuln/database,
// as far as govulncheck reads it.
func writeDatabase(reports, folder string) error {
	files, err := filepath.Glob(filepath.Join(reports, "GO-*.json"))
	if err != nil || len(files) == 0 {
		return errors.Join(fmt.Errorf("%s has no reports", reports), err)
	}
	for _, made := range []string{"ID", "index"} {
		if err := os.MkdirAll(filepath.Join(folder, made), 0o700); err != nil {
			return err
		}
	}
	modules := map[string]*indexed{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, affected := range r.Affected {
			path := affected.Package.Name
			if modules[path] == nil {
				modules[path] = &indexed{Path: path}
			}
			v := indexedVulns{ID: r.ID, Modified: r.Modified}
			for _, within := range affected.Ranges {
				for _, e := range within.Events {
					v.Fixed = cmp.Or(e.Fixed, v.Fixed)
				}
			}
			modules[path].Vulns = append(modules[path].Vulns, v)
		}
		err = os.WriteFile(filepath.Join(folder, "ID", filepath.Base(file)), text, 0o600)
		if err != nil {
			return err
		}
	}
	index := make([]*indexed, 0, len(modules))
	for _, m := range modules {
		index = append(index, m)
	}
	slices.SortFunc(index, func(a, b *indexed) int { return strings.Compare(a.Path, b.Path) })
	if err := writeJSON(filepath.Join(folder, "index", "modules.json"), index); err != nil {
		return err
	}
	return writeJSON(filepath.Join(folder, "index", "db.json"),
		map[string]time.Time{"modified": {}})
}

func writeJSON(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
