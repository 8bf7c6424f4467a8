package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Report is the result of a comparison and the machine it was measured on.
type Report struct {
	What        string  `json:"what"` // place, list or refund
	Machine     Machine `json:"machine"`
	Skus        int     `json:"skus"`
	Orders      int     `json:"orders"` // existing before lists and before each run of refunds
	SideSeconds float64 `json:"seconds_of_a_side"`
	Rows        []Row   `json:"rows"`

	warmAPI, warmPlain int // pieces of the warm-up
}

// Row is one workload with one number of clients.
type Row struct {
	Work    string `json:"work"`
	Clients int    `json:"clients"`
	API     Side   `json:"graphql"`
	Plain   Side   `json:"sql"`
	// Ratio is the median rate of GraphQL divided by that of SQL.
	Ratio float64 `json:"ratio"`
}

func (r *Report) addWarmUp(api bool, f Figures) {
	if api {
		r.warmAPI += f.Pieces
	} else {
		r.warmPlain += f.Pieces
	}
}

// pieces returns the number of pieces of each side.
func (r *Report) pieces() (api, plain int) {
	api, plain = r.warmAPI, r.warmPlain
	for _, row := range r.Rows {
		for _, f := range row.API.Rounds {
			api += f.Pieces
		}
		for _, f := range row.Plain.Rounds {
			plain += f.Pieces
		}
	}
	return api, plain
}

func (row *Row) addRound(api bool, f Figures) {
	side := &row.Plain
	if api {
		side = &row.API
	}
	side.Rounds = append(side.Rounds, f)
}

func (row *Row) summarize() {
	row.API.Median, row.Plain.Median = Median(row.API.Rounds), Median(row.Plain.Rounds)
	if row.Plain.Median.PerSecond > 0 {
		row.Ratio = row.API.Median.PerSecond / row.Plain.Median.PerSecond
	}
}

// JSON writes everything, including each round.
func (r *Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// Print writes the medians as two tables of at most 100 columns.
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
	piece := map[string]string{"place": "order", "list": "list", "refund": "refund"}[r.What]
	per := piece + "s/s"
	const wide, narrow = "%-14s%8s%13s%9s%9s%12s%9s%9s%16s\n", "%-14s%8s%13s%9s%9s%12s%9s\n"
	fmt.Fprintf(&b, "\n\n"+wide, r.What, "", "GraphQL", "", "", "SQL", "", "", "")
	fmt.Fprintf(&b, wide, "", "clients", per, "p50 ms", "p99 ms", per, "p50 ms", "p99 ms",
		"GraphQL : SQL")
	for _, row := range r.Rows {
		a, p := row.API.Median, row.Plain.Median
		ratio := unknown
		if row.Ratio > 0 {
			ratio = "1 : " + threeDigits(1/row.Ratio)
		}
		fmt.Fprintf(&b, wide, row.Work, fmt.Sprint(row.Clients), threeDigits(a.PerSecond),
			orUnknown(a.P50), orUnknown(a.P99), threeDigits(p.PerSecond), orUnknown(p.P50),
			orUnknown(p.P99), ratio)
	}
	fmt.Fprintf(&b, "\n"+narrow, "CPU ms/"+piece, "", "GraphQL", "", "", "SQL", "")
	fmt.Fprintf(&b, narrow, "", "clients", "server", "database", "client", "database", "client")
	for _, row := range r.Rows {
		a, p := row.API.Median, row.Plain.Median
		fmt.Fprintf(&b, narrow, row.Work, fmt.Sprint(row.Clients), orUnknown(a.ServerCPU),
			orUnknown(a.DatabaseCPU), orUnknown(a.ClientCPU), orUnknown(p.DatabaseCPU),
			orUnknown(p.ClientCPU))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const unknown = "–"

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
