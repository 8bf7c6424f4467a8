package lifecycle_test

import (
	"os"
	"regexp"
	"testing"

	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// Every event name is emitted by a table, or is what a shop hears of one that is; and none is
// emitted that has no constant.
func TestEventNames(t *testing.T) {
	t.Parallel()
	emitted := map[string]bool{}
	for _, m := range lifecycle.Machines() {
		for _, row := range m.Rows {
			if row.Emit != "" {
				emitted[row.Emit] = true
				emitted[vocab.ForShop(row.Emit)] = true
			}
		}
	}
	source, err := os.ReadFile("../vocab/event.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	constant := regexp.MustCompile(`(?m)^\t(Event\w+) += "(.+)"$`)
	for _, found := range constant.FindAllStringSubmatch(string(source), -1) {
		declared[found[2]] = true
		if !emitted[found[2]] {
			t.Errorf("%s (%s) is emitted by no table", found[1], found[2])
		}
	}
	if len(declared) == 0 {
		t.Fatal("no constants found")
	}
	for name := range emitted {
		if !declared[name] {
			t.Errorf("%s has no constant", name)
		}
	}
}
