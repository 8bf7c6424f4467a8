package read

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/internal/auth"
)

// below returns a context in which the field being resolved selects what is selected at a path
// below it, so that field collection loads that. The selections at several paths are merged. A path
// goes through objects, not through interfaces.
func below(ctx context.Context, paths ...[]string) context.Context {
	fc := graphql.GetFieldContext(ctx)
	if fc == nil {
		return ctx
	}
	return withSelections(ctx, fmt.Sprint(paths), func() (selected ast.SelectionSet) {
		for _, path := range paths {
			selected = append(selected, selectionsAt(ctx, fc.Field, path)...)
		}
		return selected
	})
}

func selectionsAt(
	ctx context.Context, field graphql.CollectedField, path []string,
) (selected ast.SelectionSet) {
	if len(path) == 0 {
		return field.Selections
	}
	for _, child := range childrenOf(ctx, field) {
		if child.Name == path[0] {
			selected = append(selected, selectionsAt(ctx, child, path[1:])...)
		}
	}
	return selected
}

// childrenOf lists the fields selected on a field of an object type, with fragments resolved.
func childrenOf(ctx context.Context, field graphql.CollectedField) []graphql.CollectedField {
	var satisfies []string
	if field.Field != nil && field.Definition != nil {
		satisfies = []string{field.Definition.Type.Name()}
	}
	return graphql.CollectFields(graphql.GetOperationContext(ctx), field.Selections, satisfies)
}

// selects reports whether the field being resolved selects a child of that name.
func selects(ctx context.Context, name string) bool {
	for _, child := range childrenOf(ctx, graphql.GetFieldContext(ctx).Field) {
		if child.Name == name {
			return true
		}
	}
	return false
}

// withSelections returns a context in which the field being resolved has other selections, made of
// its own in a way that has a name. What is computed of them is replaced by what it reads.
func withSelections(
	ctx context.Context, way string, selected func() ast.SelectionSet,
) context.Context {
	// No full copy: while a stream reads here, another goroutine writes the result of its field.
	fc := graphql.GetFieldContext(ctx)
	changed := &graphql.FieldContext{Object: fc.Object, Args: fc.Args, Field: fc.Field}
	changed.Field.Selections = selectionsOnce(ctx, way, func() ast.SelectionSet {
		return collected(auth.From(ctx), selected())
	})
	return graphql.WithFieldContext(ctx, changed)
}

// rowsOnly returns a context in which only the rows of a connection are selected: entgql would
// count all rows for pageInfo as well as for totalCount, and does not see through fragments or
// aliases.
func rowsOnly(ctx context.Context) context.Context {
	return withSelections(ctx, "rows", func() ast.SelectionSet {
		node := &ast.Field{Alias: "node", Name: "node"}
		for _, edges := range childrenOf(ctx, graphql.GetFieldContext(ctx).Field) {
			if edges.Name != "edges" {
				continue
			}
			for _, child := range childrenOf(ctx, edges) {
				if child.Name == "node" {
					node.SelectionSet = append(node.SelectionSet, child.Selections...)
				}
			}
		}
		edges := &ast.Field{Alias: "edges", Name: "edges", SelectionSet: ast.SelectionSet{node}}
		return ast.SelectionSet{edges}
	})
}

// selectsColumnsOnly reports whether what is selected at a path below the field being resolved
// reads nothing but columns of its row: no rows at an edge, and no computed field whose needs
// nobody has written down.
func selectsColumnsOnly(ctx context.Context, path []string) bool {
	fc := graphql.GetFieldContext(ctx)
	return fc != nil && columnsOnly(auth.From(ctx), selectionsAt(ctx, fc.Field, path))
}

func columnsOnly(v *auth.Viewer, set ast.SelectionSet) bool {
	return !slices.ContainsFunc(set, func(selection ast.Selection) bool {
		switch s := selection.(type) {
		case *ast.Field:
			return !columnOnly(v, s)
		case *ast.InlineFragment:
			return !columnsOnly(v, s.SelectionSet)
		case *ast.FragmentSpread:
			return !columnsOnly(v, s.Definition.SelectionSet)
		}
		return true
	})
}

func columnOnly(v *auth.Viewer, f *ast.Field) bool {
	if f.Name == "__typename" {
		return true
	}
	needs, known := computed[f.ObjectDefinition.Name][f.Name]
	if !known {
		return len(f.SelectionSet) == 0
	}
	for _, names := range needs.of(v) {
		if slices.ContainsFunc(names, atOtherRows) {
			return false
		}
	}
	return true
}

func atOtherRows(name string) bool { return strings.Contains(name, ".") }

// operationSelects reports whether the operation selects a field of one of these names anywhere.
func operationSelects(ctx context.Context, names ...string) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx)
	if selectsDeep(op.Operation.SelectionSet, names) {
		return true
	}
	for _, fragment := range op.Doc.Fragments {
		if selectsDeep(fragment.SelectionSet, names) {
			return true
		}
	}
	return false
}

func selectsDeep(set ast.SelectionSet, names []string) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if slices.Contains(names, s.Name) || selectsDeep(s.SelectionSet, names) {
				return true
			}
		case *ast.InlineFragment:
			if selectsDeep(s.SelectionSet, names) {
				return true
			}
		}
	}
	return false
}

// operationSelectsOf reports whether the operation selects a field of that name of a type anywhere.
func operationSelectsOf(ctx context.Context, object, name string) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx)
	return selectsOf(op.Operation.SelectionSet, object, name) ||
		slices.ContainsFunc(op.Doc.Fragments, func(f *ast.FragmentDefinition) bool {
			return selectsOf(f.SelectionSet, object, name)
		})
}

func selectsOf(set ast.SelectionSet, object, name string) bool {
	return slices.ContainsFunc(set, func(selection ast.Selection) bool {
		switch s := selection.(type) {
		case *ast.Field:
			return s.Name == name && s.ObjectDefinition != nil && s.ObjectDefinition.Name == object ||
				selectsOf(s.SelectionSet, object, name)
		case *ast.InlineFragment:
			return selectsOf(s.SelectionSet, object, name)
		}
		return false
	})
}
