package read

import (
	"context"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/ent"
	"orderflow/internal/auth"
)

// collected returns a selection in which computed fields are replaced by what they read, so that
// field collection selects that and nothing else.
func collected(v *auth.Viewer, set ast.SelectionSet) ast.SelectionSet {
	l := level{viewer: v}
	out := l.walk(set)
	for object, names := range l.reads {
		out = append(out, &ast.InlineFragment{
			TypeCondition: object.Name, SelectionSet: l.fields(object, names),
		})
	}
	return out
}

// level is the selection on one object, with its fragments.
type level struct {
	viewer    *auth.Viewer
	fragments []string                     // that were walked
	reads     map[*ast.Definition][]string // what computed fields read, by type
	aliases   map[edge]string              // by which rows at an edge are selected, the first
}

type edge struct {
	object *ast.Definition
	name   string
}

func (l *level) walk(set ast.SelectionSet) ast.SelectionSet {
	out := make(ast.SelectionSet, 0, len(set)+1)
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if field := l.field(s); field != nil {
				out = append(out, field)
			}
		case *ast.InlineFragment:
			fragment := *s
			fragment.SelectionSet = l.walk(s.SelectionSet)
			out = append(out, &fragment)
		case *ast.FragmentSpread:
			if slices.Contains(l.fragments, s.Name) {
				continue
			}
			l.fragments = append(l.fragments, s.Name)
			out = append(out, &ast.InlineFragment{
				TypeCondition: s.Definition.TypeCondition,
				SelectionSet:  l.walk(s.Definition.SelectionSet),
			})
		}
	}
	return out
}

// field returns a field with its selections changed, nil for one that is computed.
func (l *level) field(f *ast.Field) *ast.Field {
	if object := f.ObjectDefinition; object != nil { // the field is one of the document
		if needs, ok := computed[object.Name][f.Name]; ok {
			l.read(object, needs)
			return nil
		}
		if len(f.SelectionSet) > 0 {
			l.name(edge{object, f.Name}, f.Alias)
		}
	}
	if len(f.SelectionSet) == 0 {
		return f
	}
	changed := *f
	changed.SelectionSet = collected(l.viewer, f.SelectionSet)
	return &changed
}

func (l *level) read(object *ast.Definition, needs needs) {
	if l.reads == nil {
		l.reads = map[*ast.Definition][]string{}
	}
	for _, names := range needs.of(l.viewer) {
		l.reads[object] = append(l.reads[object], names...)
	}
}

// name notes under which name a field is selected.
func (l *level) name(at edge, alias string) {
	if l.aliases == nil {
		l.aliases = map[edge]string{}
	}
	if first, ok := l.aliases[at]; !ok || alias < first {
		l.aliases[at] = alias
	}
}

// fields returns fields that select what is read. Rows at an edge are read with those that the
// selection itself reads there, under the first of its aliases; ent's Loaded finds them so.
func (l *level) fields(object *ast.Definition, names []string) (out ast.SelectionSet) {
	for _, name := range names {
		name, column, atEdge := strings.Cut(name, ".")
		field := &ast.Field{Name: name, Alias: name, ObjectDefinition: object}
		if atEdge {
			field.SelectionSet = ast.SelectionSet{&ast.Field{Name: column, Alias: column}}
			if alias, ok := l.aliases[edge{object, name}]; ok {
				field.Alias = alias
			}
		}
		out = append(out, field)
	}
	return out
}

// atEdge returns the rows at an edge of a row that were loaded with it, or else reads them.
func atEdge[T any, Q interface {
	All(ctx context.Context) ([]T, error)
}](ctx context.Context, loaded func() ([]T, error), query func() Q) ([]T, error) {
	rows, err := loaded()
	if ent.IsNotLoaded(err) {
		return query().All(ctx)
	}
	return rows, err
}
