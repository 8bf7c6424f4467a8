package exec_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/graph/exec"
)

func text(m graphql.Marshaler) string {
	var out bytes.Buffer
	m.MarshalGQL(&out)
	return out.String()
}

func TestObjectsAreWrittenAsGqlgenWritesThem(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{}, {"id"}, {"id", "_name", "id"}, {"a", "b", "a", "b", "c"}} {
		fields := make([]graphql.CollectedField, len(names))
		for i, name := range names {
			fields[i].Field = &ast.Field{Alias: name, Name: "field"}
		}
		object, want := exec.NewObject(fields), graphql.NewFieldSet(fields)
		for i := range names {
			object.Values[i] = graphql.MarshalInt(i)
			want.Values[i] = graphql.MarshalInt(i)
		}
		if text(object) != text(want) {
			t.Errorf("%v: %s, not %s", names, text(object), text(want))
		}
	}
}

// TestListsResolveAsGqlgenResolvesThem has elements that say where they are, fail and panic.
func TestListsResolveAsGqlgenResolvesThem(t *testing.T) {
	t.Parallel()
	for _, panics := range []int{-1, 0, 2} {
		for _, n := range []int{0, 1, 4} {
			resolve := func(ctx context.Context, i int) graphql.Marshaler {
				switch i {
				case panics:
					panic("a panic")
				case 3:
					graphql.AddErrorf(ctx, "an error")
					return graphql.Null
				}
				return graphql.MarshalString(graphql.GetPath(ctx).String())
			}
			got, gotErrors := run(t, func(ctx context.Context) graphql.Array {
				return exec.List(ctx, n, resolve)
			})
			want, wantErrors := run(t, func(ctx context.Context) graphql.Array {
				return graphql.MarshalSliceConcurrently(ctx, n, 1, false, resolve)
			})
			if got != want || gotErrors != wantErrors {
				t.Errorf("%d, %d panics: %s %s, not %s %s", n, panics, got, gotErrors, want, wantErrors)
			}
		}
	}
}

func run(t *testing.T, list func(ctx context.Context) graphql.Array) (response, errs string) {
	t.Helper()
	ctx := graphql.WithResponseContext(t.Context(), graphql.DefaultErrorPresenter,
		graphql.DefaultRecover)
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{
		Field: graphql.CollectedField{Field: &ast.Field{Alias: "list", Name: "list"}},
	})
	response = text(list(ctx))
	return response, graphql.GetErrors(ctx).Error()
}
