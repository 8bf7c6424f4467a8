package exec

import (
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// Object is the response of an object: a value for each of its fields.
type Object struct {
	fields []graphql.CollectedField

	Values   []graphql.Marshaler
	Invalids int // values that are null and must not be
}

// NewObject returns an object whose values are not set.
func NewObject(fields []graphql.CollectedField) *Object {
	return &Object{fields: fields, Values: make([]graphql.Marshaler, len(fields))}
}

// MarshalGQL writes the object. A name that was collected twice, for two types, is written once.
func (o *Object) MarshalGQL(w io.Writer) {
	separator := `{"`
	for i, field := range o.fields {
		if o.written(field.Alias, i) {
			continue
		}
		_, _ = io.WriteString(w, separator)
		_, _ = io.WriteString(w, field.Alias)
		_, _ = io.WriteString(w, `":`)
		o.Values[i].MarshalGQL(w)
		separator = `,"`
	}
	if len(o.fields) == 0 {
		_, _ = io.WriteString(w, "{")
	}
	_, _ = io.WriteString(w, "}")
}

// written reports whether one of the first n fields has the name.
func (o *Object) written(name string, n int) bool {
	for i := range n {
		if o.fields[i].Alias == name {
			return true
		}
	}
	return false
}
