package fsm

import (
	"fmt"
	"slices"
	"strings"
)

// Check returns everything that is wrong with the table: a status, action or role that is not
// declared, declared twice or never used; a status that nothing leads to; a dead end that is not
// final; a row without a sentence or without anybody who may take it; an unnamed guard; rows that
// cannot be told apart. A sound table gives nothing.
func (m *Machine[S, A, R, F]) Check() []error {
	c := checker{machine: m.Name}
	if m.Doc == "" {
		c.addf("no Doc")
	}
	checkDeclared(&c, "state", m.States)
	checkDeclared(&c, "action", m.Actions)
	checkDeclared(&c, "role", m.Roles)
	for _, s := range m.Final {
		checkKnown(&c, "final state", s, m.States)
	}
	for i := range m.Rows {
		m.checkRow(&c, i)
	}
	for _, a := range m.Actions {
		if !slices.ContainsFunc(m.Rows, func(r Row[S, A, R, F]) bool { return r.On == a }) {
			c.addf("action %s is in no row", a)
		}
	}
	m.checkReach(&c)
	m.checkDistinct(&c)
	return c.faults
}

type checker struct {
	machine string
	faults  []error
}

func (c *checker) addf(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(c.machine+": "+format, args...))
}

func checkDeclared[T ~string](c *checker, what string, names []T) {
	for i, name := range names {
		if name == "" {
			c.addf("%s without a name", what)
		}
		if slices.Contains(names[:i], name) {
			c.addf("%s %s is declared twice", what, name)
		}
	}
}

func checkKnown[T ~string](c *checker, what string, name T, names []T) {
	if !slices.Contains(names, name) {
		c.addf("unknown %s %q", what, name)
	}
}

func (m *Machine[S, A, R, F]) checkRow(c *checker, i int) {
	row := m.Rows[i]
	at := fmt.Sprintf("row %d (%s)", i+1, row.On)
	for _, s := range row.From {
		checkKnown(c, "state in From of "+at, s, m.States)
	}
	checkKnown(c, "state in To of "+at, row.To, m.States)
	checkKnown(c, "action in "+at, row.On, m.Actions)
	for _, r := range row.By {
		checkKnown(c, "role in "+at, r, m.Roles)
	}
	if len(row.By) == 0 {
		c.addf("%s may be taken by nobody", at)
	}
	if row.Doc == "" {
		c.addf("%s has no Doc", at)
	}
	for _, g := range row.When {
		if g.Name == "" || g.Holds == nil {
			c.addf("%s has a guard without a name or without a predicate", at)
		}
	}
}

// checkReach follows the rows from nothing; what it does not get to cannot come about.
func (m *Machine[S, A, R, F]) checkReach(c *checker) {
	reached := map[S]bool{"": true}
	for grown := true; grown; {
		grown = false
		for from, row := range m.Walk() {
			if reached[from] && !reached[row.To] {
				reached[row.To], grown = true, true
			}
		}
	}
	leaves := map[S]bool{}
	for from, row := range m.Walk() {
		if row.To != from {
			leaves[from] = true
		}
	}
	for _, s := range m.States {
		if !reached[s] {
			c.addf("state %s is unreachable", s)
		}
		if !leaves[s] && !slices.Contains(m.Final, s) {
			c.addf("state %s is a dead end and not final", s)
		}
	}
}

// checkDistinct finds rows for one (from, action, role) of which the later can never be taken:
// it needs everything that an earlier one needs, or more.
func (m *Machine[S, A, R, F]) checkDistinct(c *checker) {
	type key struct {
		from S
		on   A
		by   R
	}
	earlier := map[key][][]string{}
	for from, row := range m.Walk() {
		names := guardNames(row.When)
		for _, by := range row.By {
			k := key{from, row.On, by}
			for _, other := range earlier[k] {
				if containsAll(names, other) {
					c.addf("rows for (%s, %s, %s) cannot be told apart: if [%s], if [%s]",
						k.from, k.on, k.by, strings.Join(other, ", "), strings.Join(names, ", "))
				}
			}
			earlier[k] = append(earlier[k], names)
		}
	}
}

func guardNames[F any](guards []Guard[F]) []string {
	names := make([]string, len(guards))
	for i, g := range guards {
		names[i] = g.Name
	}
	return names
}

func containsAll(names, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(names, w) {
			return false
		}
	}
	return true
}
