package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"orderflow/ent"
)

// Functions that make a row out of another name every column: as copied, divided, reset or
// computed. A column that is added to the schema fails here until somebody has decided.
func TestRowsMadeOfOthersNameEveryColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, function string
		row            any
	}{
		{"order/split.go", "splitItem", ent.OrderItem{}},
		{"order/split.go", "openSub", ent.SubOrder{}},
		{"stock/ship.go", "cut", ent.Reservation{}},
		{"aftersale/split.go", "splitRequest", ent.AfterSale{}},
		{"aftersale/split.go", "splitLine", ent.AfterSaleLine{}},
	} {
		typ := reflect.TypeOf(c.row)
		var want []string
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() && f.Name != "Edges" {
				want = append(want, f.Name)
			}
		}
		slices.Sort(want)
		got := literalFields(t, filepath.Join("..", c.file), c.function, typ.Name())
		for _, name := range want {
			if !slices.Contains(got, name) {
				t.Errorf("%s: %s does not say what becomes of %s.%s",
					c.file, c.function, typ.Name(), name)
			}
		}
	}
}

// literalFields are the fields that the one literal of a type in a function names.
func literalFields(t *testing.T, file, function, typ string) (names []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		if decl, ok := n.(*ast.FuncDecl); ok && decl.Name.Name != function {
			return false
		}
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if of, ok := literal.Type.(*ast.SelectorExpr); !ok || of.Sel.Name != typ {
			return true
		}
		found++
		for _, element := range literal.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				if key, ok := pair.Key.(*ast.Ident); ok {
					names = append(names, key.Name)
				}
			}
		}
		return true
	})
	if found != 1 {
		t.Fatalf("%s: %s has %d literals of %s, want one", file, function, found, typ)
	}
	return names
}
