package bench

import (
	"encoding/json"
	"io"
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
	// Ratio is the median rate of GraphQL divided by that of SQL; nil when SQL did nothing.
	Ratio *float64 `json:"ratio"`
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
		ratio := row.API.Median.PerSecond / row.Plain.Median.PerSecond
		row.Ratio = &ratio
	}
}

// JSON writes everything, including each round.
func (r *Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
