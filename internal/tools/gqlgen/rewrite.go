package main

import (
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

const runtimePackage = "orderflow/graph/exec"

var (
	fieldStart = regexp.MustCompile(
		`(?m)^func \(ec \*executionContext\) (_\w+)\(.*\) \(ret graphql\.Marshaler\) \{\n`)
	objectFunction = regexp.MustCompile(
		`(?ms)^func \(ec \*executionContext\) _\w+\(ctx context\.Context, ` +
			`sel ast\.SelectionSet, obj .*?^\}\n`)
)

const (
	listStart = "graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, func("
	listHere  = "exec.List(ctx, len(v), func("
)

// objectParts are replaced in the function of each object that is resolved in place: what waits for
// goroutines, and what only @defer needs, which the server refuses.
var objectParts = [][2]string{
	{"out := graphql.NewFieldSet(fields)\n" +
		"\tdeferredFieldSet := graphql.NewFieldSet(nil)\n" +
		"\tdeferLabelToView := make(map[string]*graphql.FieldSetView)\n",
		"out := exec.NewObject(fields)\n"},
	{"\tout.Dispatch(ctx)\n", ""},
	{"\tatomic.AddInt32(&ec.Deferred, int32(min(len(deferLabelToView), math.MaxInt32)))\n\n" +
		"\tec.ProcessDeferredGroup(graphql.DeferredGroup{\n" +
		"\t\tDefers:   deferLabelToView,\n" +
		"\t\tPath:     graphql.GetPath(ctx),\n" +
		"\t\tFieldSet: deferredFieldSet,\n" +
		"\t\tContext:  ctx,\n" +
		"\t})\n\n", ""},
}

// rewriteFolder changes all files of a folder of generated code, each plain field once.
func rewriteFolder(dir string, plain map[string]field) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.generated.go"))
	if err != nil {
		return err
	}
	found := 0
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		changed, n, err := rewrite(string(source), plain)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		found += n
		if err := os.WriteFile(name, changed, 0o644); err != nil {
			return err
		}
	}
	if found != len(plain) {
		return fmt.Errorf("%d of %d plain fields found", found, len(plain))
	}
	return nil
}

// rewrite changes one file; n is the number of plain fields in it.
func rewrite(source string, plain map[string]field) (changed []byte, n int, err error) {
	source = strings.ReplaceAll(source, listStart, listHere)
	source = objectFunction.ReplaceAllStringFunc(source, func(function string) string {
		changed, failed := inPlace(function)
		if failed != nil {
			err = failed
		}
		return changed
	})
	source = fieldStart.ReplaceAllStringFunc(source, func(start string) string {
		f, ok := plain[fieldStart.FindStringSubmatch(start)[1]]
		if !ok {
			return start
		}
		n++
		return start + "\tif len(field.Directives) == 0" + f.condition + " {\n\t\treturn ec." +
			f.marshal + "(ctx, field.Selections, " + f.value + ")\n\t}\n"
	})
	if err != nil {
		return nil, 0, err
	}
	for _, left := range []string{"MarshalSliceConcurrently", "ResolveFieldStreamWith"} {
		if strings.Contains(source, left) {
			return nil, 0, fmt.Errorf("%s is not as expected", left)
		}
	}
	changed, err = withImports(source)
	return changed, n, err
}

// inPlace changes the function of an object, unless its fields are resolved concurrently.
func inPlace(function string) (string, error) {
	if !strings.Contains(function, "graphql.NewFieldSet(") ||
		strings.Contains(function, ".Concurrently(") {
		return function, nil
	}
	for _, part := range objectParts {
		if strings.Count(function, part[0]) != 1 {
			return "", fmt.Errorf("an object's function lacks %q:\n%s", part[0], function)
		}
		function = strings.Replace(function, part[0], part[1], 1)
	}
	return function, nil
}

// withImports imports what the changed source uses, and no more.
func withImports(source string) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if strings.Contains(source, "exec.") {
		astutil.AddImport(files, file, runtimePackage)
	}
	for _, unused := range []string{"math", "sync/atomic"} {
		if !astutil.UsesImport(file, unused) {
			astutil.DeleteImport(files, file, unused)
		}
	}
	var out bytes.Buffer
	err = format.Node(&out, files, file)
	return out.Bytes(), err
}
