package main

import (
	"errors"
	"go/types"

	"github.com/99designs/gqlgen/codegen"
	"github.com/vektah/gqlparser/v2/ast"
)

// concurrent are the objects whose fields read by themselves, besides the roots.
var concurrent = map[string]bool{"Viewer": true}

// plan is a plugin of gqlgen. It turns concurrency off, and notes the plain fields: those that are
// a value of a Go field or method and cannot fail, by the name of their function.
type plan struct{ plain map[string]field }

// field is how a plain field is resolved: by which function from which value, under a condition on
// the value when there is one.
type field struct{ marshal, value, condition string }

// Name implements plugin.Plugin.
func (*plan) Name() string { return "orderflow" }

// GenerateCode implements plugin.CodeGenerator. It runs before gqlgen writes its code.
func (p *plan) GenerateCode(data *codegen.Data) error {
	objects := map[string]*codegen.Object{}
	for _, o := range data.Objects {
		o.DisableConcurrency = o.DisableConcurrency || !o.Root && !concurrent[o.Name]
		objects[o.Name] = o
	}
	for _, o := range data.Objects {
		for _, f := range o.Fields {
			if !isPlain(f, objects, nil) {
				continue
			}
			value := f.GoReceiverName + "." + f.GoFieldName
			if f.IsMethod() {
				value += "()"
			}
			plain := field{marshal: f.TypeReference.MarshalFunc(), value: value}
			if f.TypeReference.GO.String() == "time.Time" {
				plain.condition = " && !" + value + ".IsZero()" // a zero time is null, an error
			}
			p.plain["_"+o.Name+"_"+f.Name] = plain
		}
	}
	if len(p.plain) == 0 {
		return errors.New("the schema has no plain field")
	}
	return nil
}

// isPlain reports whether a field is plain: its value is there, and needs neither a context nor a
// place for errors. Objects are plain when all their fields are.
func isPlain(f *codegen.Field, objects map[string]*codegen.Object, above []string) bool {
	t := f.TypeReference
	switch {
	case f.Object.Root, f.IsResolver, f.IsMap(), f.HasHaser, f.VOkFunc, len(f.Args) > 0,
		f.HasDirectives(), f.Stream, f.MethodHasContext, f.IsMethod() && !f.NoErr,
		t.IsContext, t.IsRoot, t.GQL.NonNull && isNilable(t.GO):
		return false
	case t.Definition.IsLeafType():
		return true
	case t.Definition.Kind != ast.Object:
		return false
	}
	for _, name := range above {
		if name == t.Definition.Name {
			return false
		}
	}
	above = append(above, t.Definition.Name)
	for _, inner := range objects[t.Definition.Name].Fields {
		if !isPlain(inner, objects, above) {
			return false
		}
	}
	return true
}

// isNilable reports whether a Go type has a nil that stands for null. A nil list is an empty one.
func isNilable(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Map:
		return true
	case *types.Slice:
		return isNilable(t.Elem())
	}
	return false
}
