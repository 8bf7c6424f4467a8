package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/internal/catalogue"
)

// given are the fields of a mutation's input that the request has, for setters that keep what is
// left out.
func given(ctx context.Context) catalogue.Given {
	field := graphql.GetFieldContext(ctx).Field
	variables := graphql.GetOperationContext(ctx).Variables
	input, _ := field.ArgumentMap(variables)["input"].(map[string]any)
	fields := catalogue.Given{}
	addGiven(fields, input, "")
	return fields
}

func addGiven(fields catalogue.Given, object map[string]any, prefix string) {
	for name, value := range object {
		path := prefix + strings.ToLower(name)
		fields[path] = value != nil
		if part, ok := value.(map[string]any); ok {
			addGiven(fields, part, path+".")
		}
	}
}
