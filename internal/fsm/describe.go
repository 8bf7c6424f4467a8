package fsm

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// nothing stands in texts for the status of a thing that does not exist yet.
const nothing = "–"

// Description is a machine as plain data, for the API, the manual and golden files.
type Description struct {
	Name    string
	Doc     string
	States  []string
	Final   []string
	Actions []string
	Roles   []string
	Rows    []DescribedRow
}

// DescribedRow is a row with its guards by name. An empty From means that the row makes the thing.
type DescribedRow struct {
	From []string
	On   string
	To   string
	By   []string
	When []string
	Emit string
	Doc  string
}

// Describe copies the machine into plain data.
func (m *Machine[S, A, R, F]) Describe() Description {
	d := Description{
		Name: m.Name, Doc: m.Doc, States: texts(m.States), Final: texts(m.Final),
		Actions: texts(m.Actions), Roles: texts(m.Roles), Rows: make([]DescribedRow, len(m.Rows)),
	}
	for i, row := range m.Rows {
		d.Rows[i] = DescribedRow{
			From: texts(row.From), On: string(row.On), To: string(row.To), By: texts(row.By),
			When: guardNames(row.When), Emit: row.Emit, Doc: row.Doc,
		}
	}
	return d
}

func texts[T ~string](names []T) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = string(name)
	}
	return out
}

// starts lists the statuses the row starts from, nothing for one that makes the thing.
func (r DescribedRow) starts() []string {
	if len(r.From) == 0 {
		return []string{nothing}
	}
	return r.From
}

// Mermaid draws the machine as a stateDiagram-v2, one arrow for each pair of statuses.
func (d Description) Mermaid() string {
	type arrow struct{ from, to string }
	var arrows []arrow
	labels := map[arrow][]string{}
	for _, row := range d.Rows {
		for _, from := range row.starts() {
			if from == nothing {
				from = "[*]"
			}
			a := arrow{from, row.To}
			if len(labels[a]) == 0 {
				arrows = append(arrows, a)
			}
			if !slices.Contains(labels[a], row.On) {
				labels[a] = append(labels[a], row.On)
			}
		}
	}
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, a := range arrows {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", a.from, a.to, strings.Join(labels[a], ", "))
	}
	for _, s := range d.Final {
		fmt.Fprintf(&b, "    %s --> [*]\n", s)
	}
	return b.String()
}

// Markdown prints the rows as a table.
func (d Description) Markdown() string {
	var b strings.Builder
	b.WriteString("| from | on | to | by | when | emits | meaning |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	cell := strings.NewReplacer("|", `\|`, "\n", " ").Replace
	for _, r := range d.Rows {
		columns := []string{
			strings.Join(r.starts(), ", "), r.On, r.To, strings.Join(r.By, ", "),
			strings.Join(r.When, "; "), r.Emit, r.Doc,
		}
		for i, column := range columns {
			columns[i] = cell(column)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(columns, " | "))
	}
	return b.String()
}

// Matrix prints for every status and action, by role, where it leads: "." for nowhere, a question
// mark where guards decide. Every new permission shows as a changed cell.
func (d Description) Matrix() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	// A write into a strings.Builder cannot fail.
	_, _ = fmt.Fprintf(w, "%s\tACTION\t%s\n", strings.ToUpper(d.Name), strings.Join(d.Roles, "\t"))
	for _, from := range append([]string{nothing}, d.States...) {
		for _, on := range d.Actions {
			cells := make([]string, len(d.Roles))
			for i, by := range d.Roles {
				cells[i] = d.cell(from, on, by)
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", from, on, strings.Join(cells, "\t"))
		}
	}
	_ = w.Flush()
	return b.String()
}

func (d Description) cell(from, on, by string) string {
	var targets []string
	for _, r := range d.Rows {
		if r.On != on || !slices.Contains(r.starts(), from) || !slices.Contains(r.By, by) {
			continue
		}
		target := r.To
		if len(r.When) > 0 {
			target += "?"
		}
		targets = append(targets, target)
	}
	if len(targets) == 0 {
		return "."
	}
	return strings.Join(targets, "|")
}
