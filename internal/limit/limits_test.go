package limit_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/limit"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
)

// play brings a fresh database as far as a limit allows. It returns what came of the last command
// within the limit, what came of the next one, and the number that the refusal names where that is
// not the limit's own.
type play func(e *ordertest.Env) (most int64, within, beyond error)

// Every limit allows what it says and refuses one more, with its code, its name and its number.
func TestEveryLimitHolds(t *testing.T) {
	for _, l := range limit.All {
		t.Run(l.Name, func(t *testing.T) {
			play := plays[l.Name]
			if play == nil {
				t.Fatal("nobody tries this limit")
			}
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				most, within, beyond := play(e)
				for _, f := range fault.All(within) {
					if f.Limit != "" || !otherFaults[l.Name] {
						t.Errorf("within the limit: %v", f)
					}
				}
				if within != nil && fault.All(within) == nil {
					t.Error(within)
				}
				if most == 0 {
					most = l.Most
				}
				all := fault.All(beyond)
				if len(all) != 1 || all[0].Code != l.Code || all[0].Limit != l.Name ||
					all[0].Most != most {
					t.Errorf("beyond the limit: %v", beyond)
				}
			}, ordertest.Options{Inexact: true})
		})
	}
	for name := range plays {
		if !isLimit(name) {
			t.Errorf("%s is tried and is no limit", name)
		}
	}
}

// otherFaults are the limits on lists that are tried with ids of nothing.
var otherFaults = map[string]bool{
	"coupons": true, "request-lines": true, "lines": true, "coupon-buyers": true,
}

func isLimit(name string) bool {
	for _, l := range limit.All {
		if l.Name == name {
			return true
		}
	}
	return false
}

// The table of limits in the docs is that of the code.
func TestTheDocsNameEveryLimit(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Limits\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var shown []string
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "| `") {
			shown = append(shown, strings.TrimSpace(line))
		}
	}
	var want []string
	for _, l := range limit.All {
		setting := ""
		if l.Setting != "" {
			setting = " `" + l.Setting + "`"
		}
		want = append(want, fmt.Sprintf("| `%s` | %d %s | `%s` |%s |", l.Name, l.Most, l.What,
			l.Code, setting))
	}
	if got := strings.Join(shown, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the table is\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// copies stores n copies of a row with other ids, each changed.
func copies[R any, P interface {
	*R
	store.Row
}](e *ordertest.Env, n int64, row P, change func(i int, row P)) {
	e.T.Helper()
	e.Must(e.DB.Run(e.T.Context(), func(_ context.Context, tx *store.Tx) error {
		for i := range int(n) {
			other := *row
			change(i, &other)
			tx.Insert(P(&other))
		}
		return nil
	}))
}
