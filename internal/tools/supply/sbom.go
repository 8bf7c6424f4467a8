package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
)

// bom is a document of CycloneDX 1.5, as far as it is used here. It has no time and no random
// number: the same binary has the same document.
type bom struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Licences   []licence  `json:"licenses,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	Licence struct {
		ID string `json:"id"`
	} `json:"license"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// writeSBOM writes what a binary says it was built from, with the licences of its modules.
func writeSBOM(ctx context.Context, out io.Writer, binary, commit string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	known, err := modules(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	program := component{Type: "application", Name: info.Main.Path, Version: commit,
		Ref: info.Main.Path, Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
		Licences: licences("Apache-2.0")}
	for _, s := range info.Settings {
		program.Properties = append(program.Properties, property{"go:build:" + s.Key, s.Value})
	}
	standard := "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")
	doc := bom{Format: "CycloneDX", SpecVersion: "1.5", Version: 1,
		Metadata: metadata{Component: program},
		Components: []component{{Type: "library", Ref: standard, Name: "std", PURL: standard,
			Version: info.GoVersion, Licences: licences("BSD-3-Clause")}}}
	for _, dep := range info.Deps {
		i := slices.IndexFunc(known, func(m module) bool {
			return m.Path == dep.Path && m.Version == dep.Version
		})
		if i < 0 {
			return fmt.Errorf("%s has %s %s, which is not in go.mod: build it anew", binary, dep.Path,
				dep.Version)
		}
		id, err := licenceOf(known[i].Dir)
		if err != nil {
			return err
		}
		doc.Components = append(doc.Components, moduleComponent(dep.Path, dep.Version, dep.Sum, id))
	}
	needs := dependency{Ref: program.Ref}
	for _, c := range doc.Components {
		needs.DependsOn = append(needs.DependsOn, c.Ref)
	}
	doc.Dependencies = []dependency{needs}
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	lines.SetIndent("", "  ")
	return lines.Encode(doc)
}

// moduleComponent describes a module. Its sum is that of go.sum, which is no hash of one file.
func moduleComponent(path, version, sum, licence string) component {
	purl := "pkg:golang/" + path + "@" + url.PathEscape(version)
	return component{Type: "library", Ref: purl, Name: path, Version: version, PURL: purl,
		Licences: licences(licence), Properties: []property{{"go:sum", sum}}}
}

func licences(ids string) (all []licence) {
	for id := range strings.SplitSeq(ids, " AND ") {
		var l licence
		l.Licence.ID = id
		all = append(all, l)
	}
	return all
}
