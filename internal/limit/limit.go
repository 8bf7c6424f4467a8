package limit

import (
	"sync/atomic"
	"time"
	"unicode/utf8"

	"orderflow/internal/fault"
)

// Limit is one bound.
type Limit struct {
	Name    string // in metrics and in the table of docs/security.md
	What    string // is counted: "memos of a shop on one order"
	Most    int64
	Code    fault.Code
	Setting string // the field of a shop's policy that may set another number; empty: none may

	refused atomic.Int64
}

// Refused is how often this process has refused something by the limit.
func (l *Limit) Refused() int64 { return l.refused.Load() }

// Or is the number that a policy sets, or the default.
func (l *Limit) Or(set int) int64 {
	if set == 0 {
		return l.Most
	}
	return int64(set)
}

// Reached is the fault of a limit, which is most here; until is when one more may be possible, zero
// when waiting does not help.
func (l *Limit) Reached(field string, most int64, until time.Time) *fault.Error {
	f := fault.At(field, l.Code, "At most %d %s.", most, l.What)
	if !until.IsZero() {
		f.Message += " Try again after " + until.UTC().Format(time.RFC3339) + "."
	}
	f.Limit, f.Most, f.Until = l.Name, most, until
	return f
}

// OneMore refuses one more where there are n.
func (l *Limit) OneMore(n int) error {
	if int64(n) < l.Most {
		return nil
	}
	return l.Reached("", l.Most, time.Time{})
}

// Within adds a fault at a field of the input that has more than the limit.
func (l *Limit) Within(faults *fault.List, field string, n int) {
	if int64(n) > l.Most {
		*faults = append(*faults, l.Reached(field, l.Most, time.Time{}))
	}
}

// Text adds a fault at a text of more characters than the limit.
func (l *Limit) Text(faults *fault.List, field, text string) {
	l.Within(faults, field, utf8.RuneCountInString(text))
}

// Count counts a refusal that is answered to a user.
func Count(f *fault.Error) {
	for _, l := range All {
		if l.Name == f.Limit {
			l.refused.Add(1)
		}
	}
}
