package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const unknown = "–"

// pieceNames are the words for one piece of each kind of comparison.
var pieceNames = map[string]string{"place": "order", "list": "list", "refund": "refund",
	"mix": "piece"}

// Print writes the medians as tables of at most 100 columns.
func (r *Report) Print(w io.Writer) error {
	var b strings.Builder
	rounds := 0
	if len(r.Rows) > 0 {
		rounds = len(r.Rows[0].API.Rounds)
	}
	m := r.Machine
	fmt.Fprintf(&b, "%s, %d cores, %.1f GiB, %s, %s\n%s, %s\n", cpuName(m.CPU), m.Cores,
		float64(m.Memory)/(1<<30), m.System, m.Go, m.Database, m.Durability)
	fmt.Fprintf(&b, "medians of %d rounds of %g s for each side", rounds, r.SideSeconds)
	if r.What != "place" {
		fmt.Fprintf(&b, "; %d orders", r.Orders)
	}
	b.WriteString("\n")
	r.printRates(&b)
	r.printKinds(&b)
	r.printCPU(&b)
	r.printExchange(&b)
	r.printGrowth(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) printRates(w io.Writer) {
	per := pieceNames[r.What] + "s/s"
	const layout = "%-18s%8s%11s%9s%9s%11s%9s%9s%16s\n"
	fmt.Fprintf(w, "\n"+layout, r.What, "", "GraphQL", "", "", "SQL", "", "", "")
	fmt.Fprintf(w, layout, "", "clients", per, "p50 ms", "p99 ms", per, "p50 ms", "p99 ms",
		"GraphQL : SQL")
	for _, row := range r.Rows {
		a, p := row.API.Median, row.Plain.Median
		ratio := unknown
		if row.Ratio != nil && *row.Ratio > 0 {
			ratio = "1 : " + threeDigits(1 / *row.Ratio)
		}
		fmt.Fprintf(w, layout, row.Work, fmt.Sprint(row.Clients), threeDigits(a.PerSecond),
			orUnknown(a.P50), orUnknown(a.P99), threeDigits(p.PerSecond), orUnknown(p.P50),
			orUnknown(p.P99), ratio)
	}
}

// printKinds prints the times of each kind of piece, where there are several.
func (r *Report) printKinds(w io.Writer) {
	const layout = "%-18s%8s%11s%9s%9s%11s%9s%9s\n"
	header := "of them"
	for _, row := range r.Rows {
		for _, kind := range slices.Sorted(maps.Keys(row.API.Median.Kinds)) {
			if header != "" {
				fmt.Fprintf(w, "\n"+layout, header, "", "GraphQL", "", "", "SQL", "", "")
				fmt.Fprintf(w, layout, "", "clients", "pieces", "p50 ms", "p99 ms", "pieces",
					"p50 ms", "p99 ms")
				header = ""
			}
			a, p := row.API.Median.Kinds[kind], row.Plain.Median.Kinds[kind]
			fmt.Fprintf(w, layout, kind, fmt.Sprint(row.Clients), fmt.Sprint(a.Pieces),
				orUnknown(a.P50), orUnknown(a.P99), fmt.Sprint(p.Pieces), orUnknown(p.P50),
				orUnknown(p.P99))
		}
	}
}

func (r *Report) printCPU(w io.Writer) {
	const layout = "%-18s%8s%11s%9s%9s%11s%9s\n"
	fmt.Fprintf(w, "\n"+layout, "CPU ms/"+pieceNames[r.What], "", "GraphQL", "", "", "SQL", "")
	fmt.Fprintf(w, layout, "", "clients", "server", "database", "client", "database", "client")
	for _, row := range r.Rows {
		a, p := row.API.Median, row.Plain.Median
		fmt.Fprintf(w, layout, row.Work, fmt.Sprint(row.Clients), orUnknown(a.ServerCPU),
			orUnknown(a.DatabaseCPU), orUnknown(a.ClientCPU), orUnknown(p.DatabaseCPU),
			orUnknown(p.ClientCPU))
	}
}

// printExchange prints a line for each side.
func (r *Report) printExchange(w io.Writer) {
	const layout = "%-18s%8s  %-9s%11s%12s%13s%12s%15s\n"
	fmt.Fprintf(w, "\n"+layout, "per "+pieceNames[r.What], "clients", "side", "statements",
		"rows read", "rows written", "bytes sent", "bytes received")
	for _, row := range r.Rows {
		work, clients := row.Work, fmt.Sprint(row.Clients)
		for _, side := range []struct {
			name string
			Exchange
		}{{"GraphQL", row.API.Median.Exchange}, {"SQL", row.Plain.Median.Exchange}} {
			fmt.Fprintf(w, layout, work, clients, side.name, orUnknown(side.Statements),
				orUnknown(side.RowsRead), orUnknown(side.RowsWritten), orUnknown(side.BytesSent),
				orUnknown(side.BytesReceived))
			work, clients = "", ""
		}
	}
}

// printGrowth prints how much longer a piece takes where there are many orders.
func (r *Report) printGrowth(w io.Writer) {
	if len(r.Growth) == 0 {
		return
	}
	const layout = "%-18s%8s%11s%9s%9s%11s%9s%9s\n"
	many, few := fmt.Sprint(r.Growth[0].ManyOrders), fmt.Sprint(r.Growth[0].FewOrders)
	fmt.Fprintf(w, "\n"+layout, "p50 ms by orders", "", "GraphQL", "", "", "SQL", "", "")
	fmt.Fprintf(w, layout, "", "clients", many, few, "ratio", many, few, "ratio")
	for _, g := range r.Growth {
		fmt.Fprintf(w, layout, g.Work, fmt.Sprint(g.Clients), orUnknown(g.API.Many),
			orUnknown(g.API.Few), orUnknown(g.API.Ratio), orUnknown(g.Plain.Many),
			orUnknown(g.Plain.Few), orUnknown(g.Plain.Ratio))
	}
}

func cpuName(text string) string {
	if text == "" {
		return "unknown CPU"
	}
	return text
}

func orUnknown(value *float64) string {
	if value == nil {
		return unknown
	}
	return threeDigits(*value)
}

// threeDigits writes three significant digits.
func threeDigits(value float64) string {
	switch {
	case value >= 100:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	default:
		return fmt.Sprintf("%.2f", value)
	}
}
