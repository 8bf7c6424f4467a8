package graph_test

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// queryBuilder writes operations that select everything in the schema, down to a depth.
type queryBuilder struct{ schema *ast.Schema }

// selection selects every field of a type. Leaves are named with their type, since two types may
// have different fields of one name.
func (q queryBuilder) selection(name string, depth int) string {
	def := q.schema.Types[name]
	var b strings.Builder
	b.WriteString("{ __typename ")
	for _, f := range def.Fields {
		b.WriteString(q.field(def, f, depth))
	}
	if def.IsAbstractType() {
		for _, t := range q.schema.GetPossibleTypes(def) {
			fmt.Fprintf(&b, "... on %s %s ", t.Name, q.selection(t.Name, depth))
		}
	}
	b.WriteString("}")
	return b.String()
}

func (q queryBuilder) field(of *ast.Definition, f *ast.FieldDefinition, depth int) string {
	if strings.HasPrefix(f.Name, "__") || f.Arguments.ForName("id") != nil {
		return ""
	}
	result := q.schema.Types[f.Type.Name()]
	if result.IsLeafType() {
		return fmt.Sprintf("%s_%s: %s ", of.Name, f.Name, f.Name)
	}
	if depth == 0 {
		return ""
	}
	return fmt.Sprintf("%s_%s: %s %s ", of.Name, f.Name, f.Name,
		q.selection(f.Type.Name(), depth-1))
}

// roots lists the query fields that need no argument.
func (q queryBuilder) roots() (names []string) {
	for _, f := range q.schema.Query.Fields {
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

// edges lists the object fields of all types, to check that all of them are selected.
func (q queryBuilder) edges() (edges []string) {
	for _, def := range q.schema.Types {
		if def.Kind != ast.Object || strings.HasPrefix(def.Name, "__") {
			continue
		}
		for _, f := range def.Fields {
			if q.schema.Types[f.Type.Name()].IsCompositeType() {
				edges = append(edges, def.Name+"_"+f.Name+":")
			}
		}
	}
	return edges
}
