package fsm_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/fsm"
)

type (
	state  string
	action string
	role   string
	facts  struct{ Paid, Urgent bool }

	row     = fsm.Row[state, action, role, facts]
	guard   = fsm.Guard[facts]
	machine = fsm.Machine[state, action, role, facts]
)

var (
	paid    = guard{Name: "paid", Holds: func(f facts) bool { return f.Paid }}
	unpaid  = guard{Name: "unpaid", Holds: func(f facts) bool { return !f.Paid }}
	urgent  = guard{Name: "urgent", Holds: func(f facts) bool { return f.Urgent }}
	broken  = guard{Name: "broken"}
	allOf   = func(guards ...guard) []guard { return guards }
	states  = []state{"OPEN", "SENT", "GONE"}
	actions = []action{"OPEN", "NUDGE", "SEND", "DROP"}
	roles   = []role{"CLERK", "BOSS"}
)

// parcel is a sound machine: opened by a clerk, nudged by anybody, sent when paid, dropped by the
// boss unless it is paid and not urgent.
func parcel() *machine {
	return &machine{
		Name: "Parcel", Doc: "A parcel.", States: states, Final: []state{"SENT", "GONE"},
		Actions: actions, Roles: roles,
		Rows: []row{
			{On: "OPEN", To: "OPEN", By: []role{"CLERK"}, Emit: "parcel.opened", Doc: "Opens it."},
			{From: []state{"OPEN"}, On: "NUDGE", To: "OPEN", By: roles, Doc: "Asks | again."},
			{From: []state{"OPEN"}, On: "SEND", To: "SENT", By: []role{"CLERK"},
				When: allOf(paid, urgent), Emit: "parcel.sent", Doc: "Sends it."},
			{From: []state{"OPEN", "SENT"}, On: "DROP", To: "GONE", By: []role{"BOSS"},
				When: allOf(unpaid), Emit: "parcel.dropped", Doc: "Throws it away."},
			{From: []state{"OPEN", "SENT"}, On: "DROP", To: "GONE", By: []role{"BOSS"},
				When: allOf(urgent), Emit: "parcel.dropped", Doc: "Throws it away at once."},
		},
	}
}

func TestNextTakesTheRowWhoseGuardsHold(t *testing.T) {
	t.Parallel()
	m := parcel()
	for _, tc := range []struct {
		from state
		on   action
		by   role
		f    facts
		to   state
		doc  string
	}{
		{"", "OPEN", "CLERK", facts{}, "OPEN", "Opens it."},
		{"OPEN", "NUDGE", "BOSS", facts{}, "OPEN", "Asks | again."},
		{"OPEN", "SEND", "CLERK", facts{Paid: true, Urgent: true}, "SENT", "Sends it."},
		{"SENT", "DROP", "BOSS", facts{Paid: true, Urgent: true}, "GONE", "Throws it away at once."},
		{"SENT", "DROP", "BOSS", facts{}, "GONE", "Throws it away."},
	} {
		got, err := m.Next(tc.from, tc.on, tc.by, tc.f)
		if err != nil || got.To != tc.to || got.Doc != tc.doc {
			t.Errorf("Next(%q, %s, %s, %+v) = %s %q, %v", tc.from, tc.on, tc.by, tc.f,
				got.To, got.Doc, err)
		}
	}
}

func TestRefusalNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	m := parcel()
	for _, tc := range []struct {
		from   state
		on     action
		by     role
		f      facts
		guards []string
		text   string
	}{
		{"OPEN", "SEND", "BOSS", facts{Paid: true, Urgent: true}, nil,
			"Parcel: BOSS may not SEND from OPEN"},
		{"", "SEND", "CLERK", facts{}, nil, "Parcel: CLERK may not SEND from –"},
		{"GONE", "OPEN", "CLERK", facts{}, nil, "Parcel: CLERK may not OPEN from GONE"},
		{"OPEN", "SEND", "CLERK", facts{Urgent: true}, []string{"paid"},
			"Parcel: CLERK may SEND from OPEN only if: paid"},
		{"OPEN", "SEND", "CLERK", facts{}, []string{"paid", "urgent"},
			"Parcel: CLERK may SEND from OPEN only if: paid, urgent"},
		{"OPEN", "DROP", "BOSS", facts{Paid: true}, []string{"unpaid", "urgent"},
			"Parcel: BOSS may DROP from OPEN only if: unpaid, urgent"},
	} {
		_, err := m.Next(tc.from, tc.on, tc.by, tc.f)
		var refusal *fsm.Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("Next(%q, %s, %s) = %v, want a refusal", tc.from, tc.on, tc.by, err)
		}
		if !slices.Equal(refusal.Guards, tc.guards) || err.Error() != tc.text {
			t.Errorf("got %q %q, want %q %q", refusal.Guards, err, tc.guards, tc.text)
		}
		if refusal.Names("paid") != slices.Contains(tc.guards, "paid") {
			t.Errorf("Names(paid) is wrong for %q", tc.text)
		}
	}
}

func TestAGuardWithoutPredicateNeverHolds(t *testing.T) {
	t.Parallel()
	m := parcel()
	m.Rows[1].When = allOf(broken)
	if _, err := m.Next("OPEN", "NUDGE", "BOSS", facts{}); err == nil {
		t.Error("the row was taken")
	}
}

func TestAllowedIsWhatNextAccepts(t *testing.T) {
	t.Parallel()
	m := parcel()
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom(append([]state{""}, states...)).Draw(t, "from")
		by := rapid.SampledFrom(roles).Draw(t, "by")
		f := facts{rapid.Bool().Draw(t, "paid"), rapid.Bool().Draw(t, "urgent")}
		var want []action
		for _, on := range actions {
			if _, err := m.Next(from, on, by, f); err == nil {
				want = append(want, on)
			}
		}
		if got := m.Allowed(from, by, f); !slices.Equal(got, want) {
			t.Fatalf("Allowed = %v, Next accepts %v", got, want)
		}
	})
}

func TestConnects(t *testing.T) {
	t.Parallel()
	m := parcel()
	for _, tc := range []struct {
		from, to state
		emit     string
		want     bool
	}{
		{"", "OPEN", "parcel.opened", true},
		{"SENT", "GONE", "parcel.dropped", true},
		{"SENT", "GONE", "parcel.sent", false},
		{"OPEN", "SENT", "parcel.sent", true},
		{"", "SENT", "parcel.sent", false},
		{"GONE", "OPEN", "parcel.opened", false},
	} {
		if got := m.Connects(tc.from, tc.to, tc.emit); got != tc.want {
			t.Errorf("Connects(%q, %q, %q) = %v", tc.from, tc.to, tc.emit, got)
		}
	}
}

func TestWalkStopsWhenAsked(t *testing.T) {
	t.Parallel()
	for stop := 1; stop <= 7; stop++ {
		seen := 0
		for range parcel().Walk() {
			if seen++; seen == stop {
				break
			}
		}
		if seen != stop {
			t.Errorf("saw %d of %d", seen, stop)
		}
	}
}
