package dbtest

import (
	"testing"

	"pgregory.net/rapid"
)

// Not parallel: it sets the environment.
func TestASoakIsInFull(t *testing.T) {
	for value, want := range map[string][2]int{"": {3, 2}, "0": {3, 2}, "1": {90, 20}} {
		t.Setenv(soakVariable, value)
		if got := Size(3, 90); got != want[0] {
			t.Errorf("%s=%s: size %d, want %d", soakVariable, value, got, want[0])
		}
		checked := 0
		t.Run("check"+value, func(t *testing.T) {
			Check(t, 2, func(*rapid.T) { checked++ })
		})
		if checked < want[1] || value != "1" && checked != want[1] {
			t.Errorf("%s=%s: %d cases, want %d", soakVariable, value, checked, want[1])
		}
	}
}
