package main

import (
	"testing"

	"orderflow/internal/dbtest"
)

// The member level is that of the token that asks, whatever another server saw of the buyer.
func TestTheLevelIsOfItsToken(t *testing.T) {
	t.Parallel()
	dbtest.EachName(t, func(t *testing.T, name string) {
		var servers [2]*App
		for i := range servers {
			servers[i] = startApp(t, "--demo", "--database", name,
				"--sandbox-state", t.TempDir()+"/sandbox.db")
		}
		plain := token(t, servers[0], "role=buyer&subject=lin&level=0")
		silver := token(t, servers[0], "role=buyer&subject=lin&level=2")
		lines := oneOfTea(t, servers[0], plain)
		full := payable(t, servers[1], plain, lines)
		reduced := payable(t, servers[0], silver, lines)
		if reduced >= full {
			t.Fatalf("silver pays %d, others %d", reduced, full)
		}
		for _, a := range servers {
			if got := payable(t, a, plain, lines); got != full {
				t.Errorf("after an old token of level 2 one of level 0 pays %d, want %d", got, full)
			}
			if got := payable(t, a, silver, lines); got != reduced {
				t.Errorf("a token of level 2 pays %d, want %d", got, reduced)
			}
		}
	})
}
