package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// listed is how many violations of one check are listed.
const listed = 20

// Report is the result of a run: the checks, the rows they read and the violations.
type Report struct {
	Checks  []Check `json:"checks"`
	Rows    int64   `json:"rows"`    // rows read from the database; several checks may use one
	Seconds float64 `json:"seconds"` // how long it took
	Lag     Lag     `json:"lag"`

	Audit []AuditHead `json:"audit"` // the ends of the audit log's chains
}

// Check is one statement about the database, part of an invariant.
type Check struct {
	Invariant  int         `json:"invariant"` // its number in the documented list
	Name       string      `json:"name"`
	Says       string      `json:"says"` // what holds when the check is ok
	Rows       int64       `json:"rows"` // how many rows it read
	Violations []Violation `json:"violations,omitempty"`
	Truncated  int64       `json:"truncated,omitempty"` // violations beyond those listed
}

// Violation names a row of which a check's statement does not hold.
type Violation struct {
	ID     string `json:"id"`
	Detail string `json:"detail"`
}

// Lag is the events without a position in the feed. It is no failure: a running sequencer catches
// up.
type Lag struct {
	Events int        `json:"events"`
	Oldest *time.Time `json:"oldest,omitempty"` // business time of the first of them
}

func (c *Check) fail(id fmt.Stringer, format string, args ...any) {
	c.failAt(id.String(), format, args...)
}

func (c *Check) failAt(id, format string, args ...any) {
	if len(c.Violations) == listed {
		c.Truncated++
		return
	}
	c.Violations = append(c.Violations, Violation{ID: id, Detail: fmt.Sprintf(format, args...)})
}

// Failed is the number of violations found.
func (c Check) Failed() int64 { return int64(len(c.Violations)) + c.Truncated }

// OK reports whether every check holds.
func (r Report) OK() bool {
	for _, c := range r.Checks {
		if c.Failed() > 0 {
			return false
		}
	}
	return true
}

// Print writes the report as a table for people, with the offending ids below it.
func (r Report) Print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "INVARIANT\tCHECK\tROWS\tRESULT\tWHAT HOLDS")
	var failed int
	var violations int64
	for _, c := range r.Checks {
		result := "ok"
		if c.Failed() > 0 {
			result = "FAILED"
			failed++
			violations += c.Failed()
		}
		fmt.Fprintf(table, "%d\t%s\t%d\t%s\t%s\n", c.Invariant, c.Name, c.Rows, result, c.Says)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, c := range r.Checks {
		if c.Failed() > 0 {
			c.print(w)
		}
	}
	if r.Lag.Events > 0 {
		fmt.Fprintf(w, "\nlag: %d events have no position in the feed yet, the oldest of %s\n",
			r.Lag.Events, r.Lag.Oldest.Format(time.RFC3339))
	}
	_, err := fmt.Fprintf(w, "\n%d checks of one snapshot, %d rows read in %.1f s: %d failed, "+
		"%d violations\n", len(r.Checks), r.Rows, r.Seconds, failed, violations)
	return err
}

func (c Check) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s FAILED (invariant %d):\n", c.Name, c.Invariant)
	for _, v := range c.Violations {
		fmt.Fprintf(w, "  %s  %s\n", v.ID, v.Detail)
	}
	if c.Truncated > 0 {
		fmt.Fprintf(w, "  and %d more\n", c.Truncated)
	}
}

// JSON writes the report for programs.
func (r Report) JSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(struct {
		OK bool `json:"ok"`
		Report
	}{r.OK(), r})
}
