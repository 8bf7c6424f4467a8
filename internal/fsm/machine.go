package fsm

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Guard is a named condition on the facts. The name reads as a condition, such as "before the pay
// deadline"; it appears in the manual and in the error of a refused action.
type Guard[F any] struct {
	Name  string
	Holds func(F) bool
}

// allows treats a guard without a predicate as one that never holds.
func (g Guard[F]) allows(facts F) bool { return g.Holds != nil && g.Holds(facts) }

// Row is one line of a table: On, taken by one of By in one of From while every guard of When
// holds, leads To. A row without From makes the thing. A row whose To is its From changes the thing
// without changing its status.
type Row[S, A, R ~string, F any] struct {
	From []S
	On   A
	To   S
	By   []R
	When []Guard[F]
	Emit string // name of the event to append; empty when another machine's row tells it
	Doc  string // one sentence: what it means, what it brings about
}

// holds reports whether every guard of the row holds.
func (r Row[S, A, R, F]) holds(facts F) bool {
	for _, g := range r.When {
		if !g.allows(facts) {
			return false
		}
	}
	return true
}

func (r Row[S, A, R, F]) starts(from S) bool {
	if len(r.From) == 0 {
		return from == ""
	}
	return slices.Contains(r.From, from)
}

// Machine is one table with the vocabularies it may use. S, A and R are the types of its statuses,
// actions and roles, F is what its guards look at.
type Machine[S, A, R ~string, F any] struct {
	Name    string
	Doc     string
	States  []S
	Final   []S // a thing may rest here for good
	Actions []A
	Roles   []R
	Rows    []Row[S, A, R, F]
}

// Next finds the row that the action takes now; from is empty for a thing that does not exist yet.
// The first row whose guards hold wins; Check makes sure that no two can be meant alike. The error
// is a *Refusal.
func (m *Machine[S, A, R, F]) Next(from S, on A, by R, facts F) (Row[S, A, R, F], error) {
	refusal := &Refusal{
		Machine: m.Name, From: string(from), Action: string(on), Role: string(by),
	}
	for _, row := range m.Rows {
		if row.On != on || !row.starts(from) || !slices.Contains(row.By, by) {
			continue
		}
		if row.holds(facts) {
			return row, nil
		}
		for _, g := range row.When {
			if !g.allows(facts) && !slices.Contains(refusal.Guards, g.Name) {
				refusal.Guards = append(refusal.Guards, g.Name)
			}
		}
	}
	return Row[S, A, R, F]{}, refusal
}

// Allowed lists what the role may do now, each action once, in the order of the table.
func (m *Machine[S, A, R, F]) Allowed(from S, by R, facts F) []A {
	var actions []A
	for _, row := range m.Rows {
		if row.starts(from) && slices.Contains(row.By, by) && row.holds(facts) &&
			!slices.Contains(actions, row.On) {
			actions = append(actions, row.On)
		}
	}
	return actions
}

// Connects reports whether some row leads from one status to the other and emits that event, which
// is how a recorded history is checked against the table.
func (m *Machine[S, A, R, F]) Connects(from, to S, emit string) bool {
	for start, row := range m.Walk() {
		if start == from && row.To == to && row.Emit == emit {
			return true
		}
	}
	return false
}

// Walk visits every row once for each status it starts from, in the order of the table; the status
// is empty for a row that makes the thing.
func (m *Machine[S, A, R, F]) Walk() iter.Seq2[S, Row[S, A, R, F]] {
	return func(yield func(S, Row[S, A, R, F]) bool) {
		for _, row := range m.Rows {
			if len(row.From) == 0 && !yield("", row) {
				return
			}
			for _, from := range row.From {
				if !yield(from, row) {
					return
				}
			}
		}
	}
}

// Refusal says that the table does not let an action happen.
type Refusal struct {
	Machine, From, Action, Role string

	// Guards names the conditions that do not hold. It is empty when the role may not take the
	// action in this status under any condition.
	Guards []string
}

// Error implements error.
func (r *Refusal) Error() string {
	from := r.From
	if from == "" {
		from = nothing
	}
	if len(r.Guards) == 0 {
		return fmt.Sprintf("%s: %s may not %s from %s", r.Machine, r.Role, r.Action, from)
	}
	return fmt.Sprintf("%s: %s may %s from %s only if: %s",
		r.Machine, r.Role, r.Action, from, strings.Join(r.Guards, ", "))
}

// Names reports whether the guard of that name is one that does not hold.
func (r *Refusal) Names(guard string) bool { return slices.Contains(r.Guards, guard) }
