package fsm_test

import (
	"strings"
	"testing"
)

func TestCheckAcceptsASoundTable(t *testing.T) {
	t.Parallel()
	if faults := parcel().Check(); len(faults) > 0 {
		t.Errorf("faults: %v", faults)
	}
}

func TestCheckFinds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		spoil func(*machine)
		want  string
	}{
		"no doc": {func(m *machine) { m.Doc = "" }, "Parcel: no Doc"},
		"row without doc": {func(m *machine) { m.Rows[0].Doc = "" },
			"row 1 (OPEN) has no Doc"},
		"nobody": {func(m *machine) { m.Rows[2].By = nil },
			"row 3 (SEND) may be taken by nobody"},
		"unknown target": {func(m *machine) { m.Rows[1].To = "LOST" },
			`unknown state in To of row 2 (NUDGE) "LOST"`},
		"unknown source": {func(m *machine) { m.Rows[1].From = []state{"LOST"} },
			`unknown state in From of row 2 (NUDGE) "LOST"`},
		"unknown action": {func(m *machine) { m.Rows[1].On = "SHOUT" },
			`unknown action in row 2 (SHOUT) "SHOUT"`},
		"unknown role": {func(m *machine) { m.Rows[1].By = []role{"THIEF"} },
			`unknown role in row 2 (NUDGE) "THIEF"`},
		"unknown final": {func(m *machine) { m.Final = append(m.Final, "LOST") },
			`unknown final state "LOST"`},
		"unused action": {func(m *machine) { m.Actions = append(m.Actions, "WAIT") },
			"action WAIT is in no row"},
		"state twice": {func(m *machine) { m.States = append(m.States, "OPEN") },
			"state OPEN is declared twice"},
		"empty state": {func(m *machine) { m.States = append(m.States, "") },
			"state without a name"},
		"unreachable": {func(m *machine) { m.States = append(m.States, "MOON") },
			"state MOON is unreachable"},
		"island": {func(m *machine) {
			m.States = append(m.States, "MOON", "MARS")
			m.Rows = append(m.Rows,
				row{From: []state{"MOON"}, On: "SEND", To: "MARS", By: roles, Doc: "Up."},
				row{From: []state{"MARS"}, On: "SEND", To: "MOON", By: roles, Doc: "Down."})
		}, "state MARS is unreachable"},
		"dead end": {func(m *machine) { m.Final = []state{"SENT"} },
			"state GONE is a dead end and not final"},
		"dead end with a self transition": {func(m *machine) {
			m.Final = []state{"SENT"}
			m.Rows[1].From = append(m.Rows[1].From, "GONE")
			m.Rows[1].To = "GONE"
		}, "state GONE is a dead end and not final"},
		"two unguarded": {func(m *machine) { m.Rows[3].When, m.Rows[4].When = nil, nil },
			"rows for (OPEN, DROP, BOSS) cannot be told apart: if [], if []"},
		"guarded after unguarded": {func(m *machine) { m.Rows[3].When = nil },
			"rows for (SENT, DROP, BOSS) cannot be told apart: if [], if [urgent]"},
		"same guard": {func(m *machine) { m.Rows[4].When = allOf(paid, unpaid) },
			"rows for (OPEN, DROP, BOSS) cannot be told apart: if [unpaid], if [paid, unpaid]"},
		"guard without predicate": {func(m *machine) { m.Rows[4].When = allOf(broken) },
			"row 5 (DROP) has a guard without a name or without a predicate"},
		"guard without name": {func(m *machine) { m.Rows[4].When[0].Name = "" },
			"row 5 (DROP) has a guard without a name or without a predicate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := parcel()
			tc.spoil(m)
			var texts []string
			for _, err := range m.Check() {
				texts = append(texts, err.Error())
			}
			if all := strings.Join(texts, "\n"); !strings.Contains(all, tc.want) {
				t.Errorf("want %q among:\n%s", tc.want, all)
			}
		})
	}
}

func TestAnUnguardedRowMayComeLast(t *testing.T) {
	t.Parallel()
	m := parcel()
	m.Rows[4].When = nil
	if faults := m.Check(); len(faults) > 0 {
		t.Errorf("faults: %v", faults)
	}
	got, err := m.Next("OPEN", "DROP", "BOSS", facts{Paid: true})
	if err != nil || got.Doc != "Throws it away at once." {
		t.Errorf("got %q, %v", got.Doc, err)
	}
}
