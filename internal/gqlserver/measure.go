package gqlserver

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/internal/fault"
)

// measure checks a parsed document's size before it is validated, because validation compares
// fields in pairs and expands fragments. The count after expansion comes first and is memoised by
// fragment; it bounds all walks that follow it, here and in costing.
func measure(doc *ast.QueryDocument, limits Limits) *fault.Error {
	m := &measurer{
		limits:    limits,
		fragments: map[string]*ast.FragmentDefinition{},
		sizes:     map[string]size{},
		visiting:  map[string]bool{},
	}
	for _, fragment := range doc.Fragments {
		// The first of a name counts, as in validation.
		if _, twice := m.fragments[fragment.Name]; !twice {
			m.fragments[fragment.Name] = fragment
		}
	}
	roots := rootsOf(doc)
	for _, root := range roots {
		m.countSource(root)
	}
	if f := m.checkSource(); f != nil {
		return f
	}
	if f := m.checkSizes(roots); f != nil {
		return f
	}
	for _, root := range roots {
		if f := m.checkNames([]ast.SelectionSet{root.set}); f != nil {
			return f
		}
	}
	return nil
}

// root is a selection set that validation starts from: an operation's or a fragment's.
type root struct {
	set        ast.SelectionSet
	directives []ast.DirectiveList
}

func rootsOf(doc *ast.QueryDocument) []root {
	var roots []root
	for _, op := range doc.Operations {
		r := root{set: op.SelectionSet, directives: []ast.DirectiveList{op.Directives}}
		for _, variable := range op.VariableDefinitions {
			r.directives = append(r.directives, variable.Directives)
		}
		roots = append(roots, r)
	}
	for _, fragment := range doc.Fragments {
		roots = append(roots, root{
			set: fragment.SelectionSet, directives: []ast.DirectiveList{fragment.Directives},
		})
	}
	return roots
}

// size is what a selection set amounts to once its fragments are expanded.
type size struct{ selections, depth int }

type measurer struct {
	limits    Limits
	fragments map[string]*ast.FragmentDefinition
	sizes     map[string]size
	visiting  map[string]bool

	aliases, directives int
	deferred            bool
	cycle               string
}

func (m *measurer) countSource(r root) {
	for _, list := range r.directives {
		m.countDirectives(list)
	}
	m.countSelections(r.set)
}

func (m *measurer) countSelections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Alias != s.Name {
				m.aliases++
			}
			m.countDirectives(s.Directives)
			m.countSelections(s.SelectionSet)
		case *ast.InlineFragment:
			m.countDirectives(s.Directives)
			m.countSelections(s.SelectionSet)
		case *ast.FragmentSpread:
			m.countDirectives(s.Directives)
		}
	}
}

func (m *measurer) countDirectives(list ast.DirectiveList) {
	m.directives += len(list)
	m.deferred = m.deferred || list.ForName("defer") != nil
}

func (m *measurer) checkSource() *fault.Error {
	switch {
	case m.deferred:
		return fault.New(fault.BadUserInput, "This server does not support @defer.")
	case m.aliases > m.limits.Aliases:
		return fault.New(fault.TooComplex,
			"The document has more than %d aliases.", m.limits.Aliases)
	case m.directives > m.limits.Directives:
		return fault.New(fault.TooComplex,
			"The document has more than %d directives.", m.limits.Directives)
	}
	return nil
}

func (m *measurer) checkSizes(roots []root) *fault.Error {
	total := 0
	for _, r := range roots {
		sz := m.measureSet(r.set)
		if m.cycle != "" {
			return fault.New(fault.BadUserInput, "Fragment %q spreads itself.", m.cycle)
		}
		if sz.depth > m.limits.Depth {
			return fault.New(fault.TooComplex,
				"The document's depth is more than %d fields.", m.limits.Depth)
		}
		if total += sz.selections; total > m.limits.Selections {
			return fault.New(fault.TooComplex,
				"The document has more than %d selections after the expansion of its fragments.",
				m.limits.Selections)
		}
	}
	return nil
}

// measureSet saturates just above the limit, so that no count overflows.
func (m *measurer) measureSet(set ast.SelectionSet) size {
	var total size
	for _, selection := range set {
		var inner size
		switch s := selection.(type) {
		case *ast.Field:
			inner = m.measureSet(s.SelectionSet)
			inner.depth++
			if isIntrospection(s.Name) {
				inner.depth = 1
			}
		case *ast.InlineFragment:
			inner = m.measureSet(s.SelectionSet)
		case *ast.FragmentSpread:
			inner = m.measureFragment(s.Name)
		}
		total.depth = max(total.depth, inner.depth)
		total.selections = min(total.selections+1+inner.selections, m.limits.Selections+1)
	}
	return total
}

// measureFragment returns nothing for an unknown fragment: validation reports it.
func (m *measurer) measureFragment(name string) size {
	if known, ok := m.sizes[name]; ok {
		return known
	}
	fragment, ok := m.fragments[name]
	if !ok {
		return size{}
	}
	if m.visiting[name] {
		m.cycle = name
		return size{}
	}
	m.visiting[name] = true
	sz := m.measureSet(fragment.SelectionSet)
	m.visiting[name] = false
	m.sizes[name] = sz
	return sz
}

// checkNames counts fields by response name where they meet in the response: within the selection
// sets of all fields that share one response name, as validation compares them.
func (m *measurer) checkNames(sets []ast.SelectionSet) *fault.Error {
	g := grouping{fragments: m.fragments, children: map[string][]ast.SelectionSet{}}
	for _, set := range sets {
		g.collect(set)
	}
	for name, children := range g.children {
		if len(children) > m.limits.SameName {
			return fault.New(fault.TooComplex,
				"More than %d fields of one selection set have the response name %q.",
				m.limits.SameName, name)
		}
		if f := m.checkNames(children); f != nil {
			return f
		}
	}
	return nil
}

type grouping struct {
	fragments map[string]*ast.FragmentDefinition
	children  map[string][]ast.SelectionSet
}

func (g *grouping) collect(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			g.children[s.Alias] = append(g.children[s.Alias], s.SelectionSet)
		case *ast.InlineFragment:
			g.collect(s.SelectionSet)
		case *ast.FragmentSpread:
			if fragment, ok := g.fragments[s.Name]; ok {
				g.collect(fragment.SelectionSet)
			}
		}
	}
}

func isIntrospection(field string) bool {
	return strings.HasPrefix(field, "__schema") || strings.HasPrefix(field, "__type")
}
