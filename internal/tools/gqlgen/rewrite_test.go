package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const generatedField = `package generated

func (ec *executionContext) _Money_amount(ctx context.Context, field graphql.CollectedField, ` +
	`obj *money.Money) (ret graphql.Marshaler) {
	return graphql.ResolveField(ctx)
}
`

func TestPlainFieldsReturnTheirValue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.generated.go")
	if err := os.WriteFile(file, []byte(generatedField), 0o600); err != nil {
		t.Fatal(err)
	}
	plain := map[string]field{"_Money_amount": {marshal: "marshalInt", value: "obj.Amount"}}
	if err := rewriteFolder(dir, plain); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(got), "\tif len(field.Directives) == 0 {\n"+
		"\t\treturn ec.marshalInt(ctx, field.Selections, obj.Amount)\n\t}\n"+
		"\treturn graphql.ResolveField(ctx)") {
		t.Errorf("rewritten to\n%s", got)
	}
	plain["_Money_text"] = field{marshal: "marshalString", value: "obj.Text()"}
	if err := rewriteFolder(dir, plain); err == nil {
		t.Error("a plain field that is not in the generated code is no error")
	}
}

func TestUnknownObjectsAreRefused(t *testing.T) {
	t.Parallel()
	const object = `func (ec *executionContext) _Money(ctx context.Context, ` +
		`sel ast.SelectionSet, obj *money.Money) graphql.Marshaler {
	out := graphql.NewFieldSet(fields)
	return out
}
`
	if _, _, err := rewrite("package generated\n\n"+object, nil); err == nil {
		t.Error("an object of another form is no error")
	}
}
