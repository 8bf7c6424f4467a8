package vocab_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// exceptions are the folders, from the module's root, whose code compares statuses by itself.
var exceptions = map[string]string{
	"ent":                                   "generated, and columns",
	"graph/generated":                       "generated",
	"internal/vocab":                        "the groups",
	"internal/lifecycle":                    "the tables",
	"internal/verify":                       "re-derives every rule on purpose",
	"internal/shipment/courier/couriertest": "plays a courier",
	"internal/sandbox":                      "plays a channel and a courier",
	"internal/tools":                        "measure and replay, as clients",
}

// Rules about statuses are rows of the tables, or groups beside the statuses: no other code
// compares a status, lists some, or names one in a query.
func TestStatusesAreComparedByGroup(t *testing.T) {
	t.Parallel()
	statuses := statusConstants(t)
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if exceptions[filepath.ToSlash(name)] != "" || strings.HasPrefix(d.Name(), ".") &&
				name != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if found := comparison(n, statuses); found != nil {
				t.Errorf("%s compares with %s: use a group of package vocab",
					set.Position(found.Pos()), found.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil || files < 100 {
		t.Fatalf("%d files, %v", files, err)
	}
}

// statusConstants are the names of the statuses and stages.
func statusConstants(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for kind, values := range constants(t) {
		if strings.HasSuffix(kind, "Status") || strings.HasSuffix(kind, "Stage") {
			for name := range values {
				names[name] = true
			}
		}
	}
	return names
}

// comparison returns the status that a node compares something with, or nil.
func comparison(n ast.Node, statuses map[string]bool) *ast.SelectorExpr {
	var with []ast.Expr
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			with = []ast.Expr{n.X, n.Y}
		}
	case *ast.CaseClause:
		with = n.List
	case *ast.CallExpr:
		if compares(n) {
			with = n.Args
		}
	}
	for _, expr := range with {
		if literal, ok := expr.(*ast.CompositeLit); ok {
			for _, element := range literal.Elts {
				if found := status(element, statuses); found != nil {
					return found
				}
			}
		}
		if found := status(expr, statuses); found != nil {
			return found
		}
	}
	return nil
}

// compares reports whether a call compares its arguments: a predicate of ent, or Contains.
func compares(call *ast.CallExpr) bool {
	callee, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	for _, suffix := range []string{"EQ", "NEQ", "In", "NotIn", "Contains", "Index"} {
		if strings.HasSuffix(callee.Sel.Name, suffix) {
			return true
		}
	}
	return false
}

func status(expr ast.Expr, statuses map[string]bool) *ast.SelectorExpr {
	if call, ok := expr.(*ast.CallExpr); ok && len(call.Args) == 1 { // a conversion
		return status(call.Args[0], statuses)
	}
	selector, ok := expr.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	from, ok := selector.X.(*ast.Ident)
	if !ok || from.Name != "vocab" || !statuses[selector.Sel.Name] {
		return nil
	}
	return selector
}
