//go:build ignore

// Program entc generates everything under ent/ but the schemas.
package main

import (
	"log"

	"entgo.io/contrib/entgql"
	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	graph, err := entgql.NewExtension(
		entgql.WithConfigPath("gqlgen.yml"),
		entgql.WithTemplates(
			entgql.CollectionTemplate, entgql.EnumTemplate, entgql.NodeTemplate,
			entgql.PaginationTemplate, entgql.EdgeTemplate,
		),
	)
	if err != nil {
		log.Fatal(err)
	}
	err = entc.Generate("./ent/schema", &gen.Config{
		Target:  "./ent",
		Package: "orderflow/ent",
		Features: []gen.Feature{
			gen.FeatureLock, gen.FeatureModifier, gen.FeatureExecQuery, gen.FeatureIntercept,
			gen.FeatureVersionedMigration,
		},
	}, entc.Extensions(graph), entc.TemplateDir("./ent/template"))
	if err != nil {
		log.Fatal(err)
	}
}
