package graph_test

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// walker writes operations that select everything the schema has, down to a depth.
type walker struct{ schema *ast.Schema }

// selection selects every field of a type. Leaves are named with their type, since two types may
// have different fields of one name.
func (w walker) selection(name string, depth int) string {
	def := w.schema.Types[name]
	var b strings.Builder
	b.WriteString("{ __typename ")
	for _, f := range def.Fields {
		b.WriteString(w.field(def, f, depth))
	}
	if def.IsAbstractType() {
		for _, t := range w.schema.GetPossibleTypes(def) {
			fmt.Fprintf(&b, "... on %s %s ", t.Name, w.selection(t.Name, depth))
		}
	}
	b.WriteString("}")
	return b.String()
}

func (w walker) field(of *ast.Definition, f *ast.FieldDefinition, depth int) string {
	if strings.HasPrefix(f.Name, "__") || f.Arguments.ForName("id") != nil {
		return ""
	}
	result := w.schema.Types[f.Type.Name()]
	if result.IsLeafType() {
		return fmt.Sprintf("%s_%s: %s ", of.Name, f.Name, f.Name)
	}
	if depth == 0 {
		return ""
	}
	return fmt.Sprintf("%s_%s: %s %s ", of.Name, f.Name, f.Name,
		w.selection(f.Type.Name(), depth-1))
}

// roots lists the query fields that need no argument.
func (w walker) roots() (names []string) {
	for _, f := range w.schema.Query.Fields {
		needs := false
		for _, arg := range f.Arguments {
			needs = needs || arg.Type.NonNull && arg.DefaultValue == nil
		}
		if !needs && !strings.HasPrefix(f.Name, "__") {
			names = append(names, f.Name)
		}
	}
	return names
}

// edges counts the object fields below a type, to tell that the walk is whole.
func (w walker) edges() (edges []string) {
	for _, def := range w.schema.Types {
		if def.Kind != ast.Object || strings.HasPrefix(def.Name, "__") {
			continue
		}
		for _, f := range def.Fields {
			if w.schema.Types[f.Type.Name()].IsCompositeType() {
				edges = append(edges, def.Name+"_"+f.Name+":")
			}
		}
	}
	return edges
}
