package gqlserver

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/internal/fault"
)

// maxFaults bounds the faults of one operation.
const maxFaults = 20

// checking checks the values of arguments of an operation before any of it runs: gqlgen reads those
// of a field when it comes to that field, and what ran before would be lost to the client.
type checking struct {
	types     map[string]*ast.Definition
	scalars   map[string]func(value any) error
	variables map[string]any
	faults    fault.List
	inputs    inputFaults
}

// inputFaults are the INVALID_INPUT of mutations, which are data of their payloads.
type inputFaults map[*ast.Field]fault.List

// inputExtension is the name of inputFaults among what an operation carries.
const inputExtension = "inputFaults"

// InputFaults are the faults of the input of the mutation whose field is the context's.
func InputFaults(ctx context.Context) fault.List {
	all, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(inputExtension).(inputFaults)
	return all[graphql.GetFieldContext(ctx).Field.Field]
}

func (c *checking) operation(op *ast.OperationDefinition) {
	if op.Operation == ast.Mutation {
		c.inputs = inputFaults{}
	}
	c.set(op.SelectionSet, op.Operation == ast.Mutation)
}

func (c *checking) set(set ast.SelectionSet, ofMutations bool) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.arguments(s.Arguments, s.Definition.Arguments)
			if ofMutations {
				c.keep(s)
			}
			c.directives(s.Directives)
			c.set(s.SelectionSet, false)
		case *ast.InlineFragment:
			c.set(s.SelectionSet, ofMutations)
		case *ast.FragmentSpread:
			c.set(s.Definition.SelectionSet, ofMutations)
		}
	}
}

// keep moves the INVALID_INPUT found so far to the mutation that they are of.
func (c *checking) keep(mutation *ast.Field) {
	var rest fault.List
	for _, f := range c.faults {
		if f.Code == fault.InvalidInput {
			c.inputs[mutation] = append(c.inputs[mutation], f)
		} else {
			rest = append(rest, f)
		}
	}
	c.faults = rest
}

func (c *checking) directives(list ast.DirectiveList) {
	for _, d := range list {
		c.arguments(d.Arguments, d.Definition.Arguments)
	}
}

func (c *checking) arguments(given ast.ArgumentList, defined ast.ArgumentDefinitionList) {
	for _, argument := range given {
		value, err := argument.Value.Value(c.variables)
		if err == nil { // a number out of range is refused where it is read
			c.value(defined.ForName(argument.Name).Type, value, argument.Name)
		}
	}
}

// value checks a value that has the form of its type.
func (c *checking) value(t *ast.Type, value any, path string) {
	if value == nil || len(c.faults) >= maxFaults {
		return
	}
	if t.Elem != nil {
		for i, element := range graphql.CoerceList(value) {
			c.value(t.Elem, element, fmt.Sprintf("%s[%d]", path, i))
		}
		return
	}
	if check := c.scalars[t.NamedType]; check != nil {
		for _, f := range fault.All(check(value)) {
			// As commands name the fields of their input.
			c.faults.Add(strings.TrimPrefix(path, "input."), f.Code, "%s", f.Message)
		}
		return
	}
	fields, _ := value.(map[string]any)
	for _, field := range c.types[t.NamedType].Fields {
		if given, ok := fields[field.Name]; ok {
			c.value(field.Type, given, path+"."+field.Name)
		}
	}
}
