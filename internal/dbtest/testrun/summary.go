package main

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// shown is how many packages a summary names.
const shown = 8

// summary is written what go test prints, and keeps the times of packages and what failed.
type summary struct {
	rest   []byte // the line that is not complete yet
	times  []packageTime
	failed []string
}

type packageTime struct {
	name    string
	seconds float64
}

// ended is what go test says of a package that was run; one from the cache has no time.
var ended = regexp.MustCompile(`^(?:ok  |FAIL)\t(\S+)\t([0-9.]+)s`)

// broken is what go test says of a test, or of a whole package, that failed.
var broken = regexp.MustCompile(`^(?:FAIL\t|\s*--- FAIL: )`)

func (s *summary) Write(text []byte) (int, error) {
	s.rest = append(s.rest, text...)
	for {
		line, rest, complete := bytes.Cut(s.rest, []byte("\n"))
		if !complete {
			return len(text), nil
		}
		s.rest = rest
		if broken.Match(line) {
			s.failed = append(s.failed, string(line))
		}
		if m := ended.FindSubmatch(line); m != nil {
			seconds, err := strconv.ParseFloat(string(m[2]), 64)
			if err == nil {
				s.times = append(s.times, packageTime{string(m[1]), seconds})
			}
		}
	}
}

// String lists the packages that took longest, and then what failed, each on a new line.
func (s summary) String() string {
	times := slices.SortedFunc(slices.Values(s.times), func(a, b packageTime) int {
		return cmp.Compare(b.seconds, a.seconds)
	})
	var b strings.Builder
	for _, p := range times[:min(shown, len(times))] {
		fmt.Fprintf(&b, "\n  %6.1f s  %s", p.seconds, p.name)
	}
	for _, line := range s.failed {
		b.WriteString("\n" + line)
	}
	return b.String()
}
