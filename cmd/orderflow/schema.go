package main

import (
	"context"
	"flag"

	"github.com/vektah/gqlparser/v2/formatter"

	"orderflow/graph/generated"
	"orderflow/internal/config"
)

func schemaCommand() command {
	return command{
		name:    "schema",
		summary: "Print the GraphQL schema",
		description: `
It prints the whole schema as SDL, with the description of every type, field and argument; for code
generators and for reading:

  orderflow schema > orderflow.graphql
`,
		bind: func(*flag.FlagSet) action {
			return func(_ context.Context, p *program, _ config.Config) error {
				schema := generated.NewExecutableSchema(generated.Config{}).Schema()
				formatter.NewFormatter(p.out, formatter.WithIndent("  ")).FormatSchema(schema)
				return nil
			}
		},
	}
}
