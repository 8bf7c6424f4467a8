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

var update = flag.Bool("update", false, "update the table of docs/roles.md")

const (
	rolesFile = "../docs/roles.md"
	// clockStep is how far setClock goes: nothing in the environment is due by then.
	clockStep = time.Minute
)

// caller is a column of the table.
type caller struct{ name, role, token string }

func (e *env) callers() []caller {
	return []caller{
		{"nobody", "", ""},
		{"buyer", "BUYER", e.buyer}, {"other buyer", "BUYER", e.otherBuyer},
		{"merchant", "MERCHANT", e.merchant}, {"other merchant", "MERCHANT", e.otherMerchant},
		{"warehouse", "WAREHOUSE", e.picker}, {"support", "SUPPORT", e.support},
		{"platform", "PLATFORM", e.platform},
	}
}

// outcomes are the words of the table for the results.
var outcomes = map[string]string{
	"": "**yes**", "FORBIDDEN": "never", "NOT_FOUND": "not theirs", "UNAUTHENTICATED": "no token",
}

// TestRolesAndMutations calls every mutation of the schema as everybody, on an object on which it
// is possible, and compares the results with docs/roles.md and with the schema's directives.
func TestRolesAndMutations(t *testing.T) {
	t.Parallel()
	mutations := mutationsToTry(t)
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		e := newEnv(t, db)
		callers := e.callers()
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
			codes := e.tryMutation(mutation, callers)
			checkDeclaredRoles(t, mutation, callers, codes)
			cells := make([]string, len(codes))
			for i, code := range codes {
				word, known := outcomes[code]
				if !known {
					t.Errorf("%s for %s is refused with %s: its scenario must make an object on "+
						"which it is possible", mutation, callers[i].name, code)
				}
				cells[i] = word
			}
			row("`"+mutation+"`", cells)
		}
		compareTable(t, table.String())
	})
}

// mutationsToTry lists the mutations of the schema, each of which has a scenario.
func mutationsToTry(t *testing.T) (names []string) {
	t.Helper()
	for _, f := range graph.Schema().Mutation.Fields {
		names = append(names, f.Name)
		if scenarios[f.Name] == nil {
			t.Fatalf("%s has no scenario: add to scenarios, in scenarios_test.go, a function that makes "+
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

// tryMutation calls a mutation as each caller and returns the codes of their refusals. A refusal
// changes nothing, so one object serves until somebody succeeds.
func (e *env) tryMutation(mutation string, callers []caller) []string {
	e.Helper()
	selection := "userErrors { code }"
	payload := graph.Schema().Mutation.Fields.ForName(mutation).Type.Name()
	if graph.Schema().Types[payload].Fields.ForName("results") != nil {
		selection += " results { userErrors { code } }"
	}
	var codes []string
	var input vars
	for _, who := range callers {
		if input == nil {
			input = scenarios[mutation](e)
		}
		code := errorCode(e.mutate(who.token, mutation, input, selection), mutation)
		if code == "" {
			input = nil
		}
		codes = append(codes, code)
	}
	return codes
}

// checkDeclaredRoles compares the results with the roles that the schema names: exactly these are
// not FORBIDDEN, and each of them can succeed.
func checkDeclaredRoles(t *testing.T, mutation string, callers []caller, codes []string) {
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
			t.Errorf("%s: the schema names %s, who never succeeded", mutation, role)
		}
	}
}

// compareTable compares the table with the one that docs/roles.md ends with.
func compareTable(t *testing.T, table string) {
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
		t.Errorf("%s differs from the results; update it:\n"+
			"\tgo test ./graph -run RolesAndMutations -update\n%s", rolesFile, table)
	}
}
