package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"orderflow/internal/fault"
)

// declared reads codes.go: the value of every constant of type Code by its name.
func declared(t *testing.T) map[string]fault.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]fault.Code{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes[spec.Names[0].Name] = fault.Code(value)
		return true
	})
	if len(codes) == 0 {
		t.Fatal("no code found in codes.go")
	}
	return codes
}

func TestEveryCodeHasItsSentence(t *testing.T) {
	t.Parallel()
	screaming := regexp.MustCompile(`^[A-Z]+(_[A-Z]+)*$`)
	names := map[fault.Code]string{}
	for name, code := range declared(t) {
		if other, twice := names[code]; twice {
			t.Errorf("%s and %s are both %s", name, other, code)
		}
		names[code] = name
		if !screaming.MatchString(string(code)) {
			t.Errorf("%s = %q", name, code)
		}
		sentence := fault.Meanings[code]
		if sentence == "" {
			t.Errorf("%s has no sentence in Meanings", name)
			continue
		}
		if !strings.HasSuffix(sentence, ".") || strings.ToUpper(sentence[:1]) != sentence[:1] {
			t.Errorf("%s: %q is not a sentence", name, sentence)
		}
	}
	for code := range fault.Meanings {
		if names[code] == "" {
			t.Errorf("Meanings has %s, which is no constant", code)
		}
	}
}
