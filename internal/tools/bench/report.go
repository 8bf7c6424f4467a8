package bench

import (
	"encoding/json"
	"io"
	"slices"
)

// Report is the result of a comparison and the machine it was measured on.
type Report struct {
	What        string  `json:"what"` // place, list, refund or mix
	Machine     Machine `json:"machine"`
	Skus        int     `json:"skus"`
	Orders      int     `json:"orders"` // existing before lists, mixes and runs of refunds
	SideSeconds float64 `json:"seconds_of_a_side"`
	Rows        []Row   `json:"rows"`
	// Growth is what many orders cost more than few, where both were measured.
	Growth []Growth `json:"growth,omitempty"`

	warmAPI, warmPlain int // pieces of the warm-up
}

// Row is one workload with one number of clients.
type Row struct {
	Work    string `json:"work"`
	Clients int    `json:"clients"`
	API     Side   `json:"graphql"`
	Plain   Side   `json:"sql"`
	// Ratio is the median rate of GraphQL divided by that of SQL; nil when SQL did nothing.
	Ratio *float64 `json:"ratio"`
}

// Growth compares the times at a shop of many orders with those at one of few.
type Growth struct {
	Work       string     `json:"work"`
	Clients    int        `json:"clients"`
	ManyOrders int        `json:"many_orders"`
	FewOrders  int        `json:"few_orders"`
	API        GrowthSide `json:"graphql"`
	Plain      GrowthSide `json:"sql"`
}

// GrowthSide has the median p50 at both shops, and the first divided by the second.
type GrowthSide struct {
	Many  *float64 `json:"many_p50_ms"`
	Few   *float64 `json:"few_p50_ms"`
	Ratio *float64 `json:"ratio"`
}

// addGrowth compares the rows of two workloads for each number of clients. g names the work and the
// orders.
func (r *Report) addGrowth(g Growth, many, few string) {
	for _, row := range r.Rows {
		if row.Work != many {
			continue
		}
		other := r.Rows[slices.IndexFunc(r.Rows, func(other Row) bool {
			return other.Work == few && other.Clients == row.Clients
		})]
		side := func(many, few *float64) GrowthSide {
			return GrowthSide{Many: many, Few: few, Ratio: quotient(many, few)}
		}
		g.Clients = row.Clients
		g.API = side(row.API.Median.P50, other.API.Median.P50)
		g.Plain = side(row.Plain.Median.P50, other.Plain.Median.P50)
		r.Growth = append(r.Growth, g)
	}
}

// quotient is unknown when one of the values is, or when it has none.
func quotient(a, b *float64) *float64 {
	if a == nil || b == nil || *b == 0 {
		return nil
	}
	value := *a / *b
	return &value
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
	row.Ratio = quotient(&row.API.Median.PerSecond, &row.Plain.Median.PerSecond)
}

// JSON writes everything, including each round.
func (r *Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
