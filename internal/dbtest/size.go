package dbtest

import (
	"os"
	"testing"

	"pgregory.net/rapid"
)

// soakVariable set to 1 makes tests as long as they can be: `make soak`.
const soakVariable = "ORDERFLOW_TEST_SOAK"

// Size is how often or how large a test is: as usual, or in full when this run is a soak.
func Size(usual, full int) int {
	if os.Getenv(soakVariable) == "1" {
		return full
	}
	return usual
}

// Check is rapid.Check of a property that needs a database, and so is slow: of the cases that rapid
// draws it checks that many, in a soak all.
func Check(t *testing.T, usual int, property func(r *rapid.T)) {
	t.Helper()
	checked, failed := 0, false
	rapid.Check(t, func(r *rapid.T) {
		if checked >= usual && !failed && Size(0, 1) == 0 { // a failure is made smaller
			return
		}
		defer func() { failed = failed || r.Failed() }()
		checked++
		property(r)
	})
}
