package lifecycle

import (
	"cmp"
	"errors"

	"orderflow/internal/fault"
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// Check reports whether a role may take an action now. Faults: ACTION_NOT_ALLOWED, ON_HOLD, with
// what would have to be so.
func Check[S, A ~string, F any](
	m *Machine[S, A, F], from S, on A, by vocab.Role, facts F,
) error {
	_, err := m.Next(from, on, by, facts)
	return notAllowed(err)
}

// Taken is a transition that a command has taken.
type Taken[S ~string] struct {
	From, To S
	Emit     string // the event to be emitted; empty for none
}

// Take changes a status by the row of its table that the action takes: every status of a row is
// changed by it, and by nothing else. The status of a new row is empty before. The caller emits the
// event. Faults: ACTION_NOT_ALLOWED, ON_HOLD, with what would have to be so; then nothing is
// changed.
func Take[S, A ~string, F any](
	m *Machine[S, A, F], status *S, on A, by vocab.Role, facts F,
) (Taken[S], error) {
	row, err := m.Next(*status, on, by, facts)
	if err != nil {
		return Taken[S]{}, notAllowed(err)
	}
	taken := Taken[S]{From: *status, To: row.To, Emit: row.Emit}
	*status = row.To
	return taken, nil
}

// codes are the faults of guards that clients tell apart; all others are ACTION_NOT_ALLOWED.
var codes = map[string]fault.Code{GuardNotOnHold: fault.OnHold}

// notAllowed turns a refusal of a table into a fault; other errors pass.
func notAllowed(err error) error {
	var refusal *fsm.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	if len(refusal.Guards) == 0 {
		return NotPossible(refusal.Action, refusal.From)
	}
	code := cmp.Or(codes[refusal.Guards[0]], fault.ActionNotAllowed)
	return fault.New(code, "%s is possible only if: %s.", refusal.Action, refusal.Guards[0])
}

// NotPossible is the fault of an action that a status does not have.
func NotPossible[S, A ~string](on A, in S) error {
	return fault.New(fault.ActionNotAllowed, "%s is not possible in the status %s.", on, in)
}
