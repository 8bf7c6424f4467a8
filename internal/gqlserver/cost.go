package gqlserver

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/internal/fault"
)

// costing computes the cost of a validated operation with its variables: a field costs one and its
// selections, these times the page size where it has one. Selections of different types are added
// up.
type costing struct {
	limits        Limits
	introspection bool
	variables     map[string]any
}

func (c *costing) set(set ast.SelectionSet) (int, *fault.Error) {
	total := 0
	for _, selection := range set {
		var cost int
		var f *fault.Error
		switch s := selection.(type) {
		case *ast.Field:
			cost, f = c.field(s)
		case *ast.InlineFragment:
			cost, f = c.set(s.SelectionSet)
		case *ast.FragmentSpread:
			cost, f = c.set(s.Definition.SelectionSet)
		}
		if f != nil {
			return 0, f
		}
		total = c.saturate(total + cost)
	}
	return total, nil
}

func (c *costing) field(field *ast.Field) (int, *fault.Error) {
	if !c.introspection && (field.Name == "__schema" || field.Name == "__type") {
		return 0, fault.New(fault.BadUserInput, "This server does not show its schema.")
	}
	inner, f := c.set(field.SelectionSet)
	if f != nil {
		return 0, f
	}
	page, f := c.pageSize(field)
	if f != nil {
		return 0, f
	}
	return c.saturate(1 + page*inner), nil
}

// saturate keeps a product of page sizes from overflowing.
func (c *costing) saturate(cost int) int {
	return min(cost, c.limits.Complexity+1)
}

// pageSize returns how often a field's selections may be resolved, as far as its arguments show.
func (c *costing) pageSize(field *ast.Field) (int, *fault.Error) {
	if def := field.Definition.Arguments.ForName("first"); def != nil {
		return c.first(field, def)
	}
	if field.Definition.Arguments.ForName("ids") == nil {
		return 1, nil
	}
	ids, ok := c.value(field, "ids").([]any)
	if !ok {
		return 1, nil
	}
	if len(ids) > c.limits.PageSize {
		path := field.Name + ".ids"
		return 0, fault.At(path, fault.BadUserInput,
			"%s holds at most %d ids.", path, c.limits.PageSize)
	}
	return len(ids), nil
}

func (c *costing) first(field *ast.Field, def *ast.ArgumentDefinition) (int, *fault.Error) {
	value := c.value(field, "first")
	if value == nil && def.DefaultValue != nil {
		value, _ = def.DefaultValue.Value(nil)
	}
	if value == nil {
		return c.limits.DefaultPage, nil
	}
	path := field.Name + ".first"
	first, err := graphql.UnmarshalInt64(value)
	if err != nil || first < 1 || first > int64(c.limits.PageSize) {
		return 0, fault.At(path, fault.BadUserInput,
			"%s is a number from 1 to %d.", path, c.limits.PageSize)
	}
	return int(first), nil
}

// value returns an argument's value with variables filled in, or nil when there is none.
func (c *costing) value(field *ast.Field, name string) any {
	arg := field.Arguments.ForName(name)
	if arg == nil {
		return nil
	}
	value, err := arg.Value.Value(c.variables)
	if err != nil {
		return fmt.Sprint(arg.Value) // a number out of range, which the caller refuses
	}
	return value
}
