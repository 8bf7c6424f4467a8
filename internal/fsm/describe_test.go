package fsm_test

import (
	"strings"
	"testing"
)

func TestMermaid(t *testing.T) {
	t.Parallel()
	want := `stateDiagram-v2
    [*] --> OPEN: OPEN
    OPEN --> OPEN: NUDGE
    OPEN --> SENT: SEND
    OPEN --> GONE: DROP
    SENT --> GONE: DROP
    SENT --> [*]
    GONE --> [*]
`
	if got := parcel().Describe().Mermaid(); got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	got := parcel().Describe().Markdown()
	for _, want := range []string{
		"| – | OPEN | OPEN | CLERK |  | parcel.opened | Opens it. |\n",
		"| OPEN | NUDGE | OPEN | CLERK, BOSS |  |  | Asks \\| again. |\n",
		"| OPEN, SENT | DROP | GONE | BOSS | unpaid | parcel.dropped | Throws it away. |\n",
		"| OPEN | SEND | SENT | CLERK | paid; urgent | parcel.sent | Sends it. |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in:\n%s", want, got)
		}
	}
}

func TestMatrixHoldsEveryCell(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(parcel().Describe().Matrix()), "\n")
	if want := 1 + (1+len(states))*len(actions); len(lines) != want {
		t.Fatalf("%d lines, want %d", len(lines), want)
	}
	cells := map[string]string{}
	for _, line := range lines {
		f := strings.Fields(line)
		if len(f) != 2+len(roles) {
			t.Fatalf("line %q", line)
		}
		cells[f[0]+" "+f[1]] = strings.Join(f[2:], " ")
	}
	for key, want := range map[string]string{
		"PARCEL ACTION": "CLERK BOSS",
		"– OPEN":        "OPEN .",
		"OPEN NUDGE":    "OPEN OPEN",
		"OPEN SEND":     "SENT? .",
		"SENT DROP":     ". GONE?|GONE?",
		"GONE DROP":     ". .",
	} {
		if cells[key] != want {
			t.Errorf("%s: %q, want %q", key, cells[key], want)
		}
	}
}
