package graph_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"orderflow/graph"
	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

var update = flag.Bool("update", false, "write the table of docs/roles.md anew")

const (
	rolesFile = "../docs/roles.md"
	// farAhead is how far setClock goes: nothing of the cast is due by then.
	farAhead = time.Minute
)

// caller is a column of the table.
type caller struct{ name, role, token string }

func (c *cast) callers() []caller {
	return []caller{
		{"nobody", "", ""},
		{"buyer", "BUYER", c.buyer}, {"other buyer", "BUYER", c.otherBuyer},
		{"merchant", "MERCHANT", c.merchant}, {"other merchant", "MERCHANT", c.otherShop},
		{"warehouse", "WAREHOUSE", c.hand}, {"support", "SUPPORT", c.support},
		{"platform", "PLATFORM", c.platform},
	}
}

// words say in the table what came of a try.
var words = map[string]string{
	"": "**yes**", "FORBIDDEN": "never", "NOT_FOUND": "not theirs", "UNAUTHENTICATED": "no token",
}

// TestRolesAndMutations lets everybody try every mutation of the schema on an object on which it is
// possible, and compares what came of it with docs/roles.md and with what the schema says.
func TestRolesAndMutations(t *testing.T) {
	t.Parallel()
	mutations := mutationsToTry(t)
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCast(t, db)
		callers := c.callers()
		var table strings.Builder
		row := func(first string, cells []string) {
			fmt.Fprintf(&table, "| %s | %s |\n", first, strings.Join(cells, " | "))
		}
		names := make([]string, len(callers))
		for i, who := range callers {
			names[i] = who.name
		}
		row("mutation", names)
		row("---", slices.Repeat([]string{"---"}, len(names)))
		for _, mutation := range mutations {
			codes := c.tries(mutation, callers)
			checkDeclared(t, mutation, callers, codes)
			cells := make([]string, len(codes))
			for i, code := range codes {
				word, known := words[code]
				if !known {
					t.Errorf("%s for %s is refused with %s: let its scenario make an object on which "+
						"it is possible", mutation, callers[i].name, code)
				}
				cells[i] = word
			}
			row("`"+mutation+"`", cells)
		}
		compareRoles(t, table.String())
	})
}

// mutationsToTry lists the mutations of the schema, each of which has a scenario.
func mutationsToTry(t *testing.T) (names []string) {
	t.Helper()
	for _, f := range graph.Schema().Mutation.Fields {
		names = append(names, f.Name)
		if scenarios[f.Name] == nil {
			t.Fatalf("nobody tries %s: add to scenarios, in scenarios_test.go, a function that makes "+
				"an object on which it is possible and returns its %v",
				f.Name, f.Arguments[0].Type)
		}
	}
	slices.Sort(names)
	for name := range maps.Keys(scenarios) {
		if !slices.Contains(names, name) {
			t.Errorf("the scenario %s is of no mutation of the schema", name)
		}
	}
	return names
}

// tries lets each caller try a mutation and returns the codes by which they were refused. What is
// refused changes nothing, so one object serves until somebody succeeds.
func (c *cast) tries(mutation string, callers []caller) []string {
	c.Helper()
	selection := "userErrors { code }"
	payload := graph.Schema().Mutation.Fields.ForName(mutation).Type.Name()
	if graph.Schema().Types[payload].Fields.ForName("results") != nil {
		selection += " results { userErrors { code } }"
	}
	var codes []string
	var input vars
	for _, who := range callers {
		if input == nil {
			input = scenarios[mutation](c)
		}
		code := refusalOf(c.mutate(who.token, mutation, input, selection), mutation)
		if code == "" {
			input = nil
		}
		codes = append(codes, code)
	}
	return codes
}

// checkDeclared compares what came of the tries with the roles that the schema names: exactly these
// are not FORBIDDEN, and each of them can succeed.
func checkDeclared(t *testing.T, mutation string, callers []caller, codes []string) {
	t.Helper()
	var declared []string
	of := graph.Schema().Mutation.Fields.ForName(mutation).Directives.ForName("for")
	for _, role := range of.Arguments.ForName("roles").Value.Children {
		declared = append(declared, role.Value.Raw)
	}
	may := map[string]bool{}
	for i, who := range callers {
		may[who.role] = may[who.role] || codes[i] == ""
		if forbidden := codes[i] == "FORBIDDEN"; who.role != "" &&
			forbidden == slices.Contains(declared, who.role) {
			t.Errorf("%s for %s: %q, but the schema names %v",
				mutation, who.name, codes[i], declared)
		}
	}
	for _, role := range declared {
		if !may[role] {
			t.Errorf("%s: the schema names %s, who was never let", mutation, role)
		}
	}
}

// compareRoles compares the table with the one that docs/roles.md ends with.
func compareRoles(t *testing.T, table string) {
	t.Helper()
	text, err := os.ReadFile(rolesFile)
	if err != nil {
		t.Fatal(err)
	}
	before, kept, found := strings.Cut(string(text), "| mutation")
	if !found {
		t.Fatalf("%s has no line that begins with | mutation", rolesFile)
	}
	if *update {
		if err := os.WriteFile(rolesFile, []byte(before+table), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if "| mutation"+kept != table {
		t.Errorf("%s is not what was tried; write it anew:\n"+
			"\tgo test ./graph -run RolesAndMutations -update\n%s", rolesFile, table)
	}
}
