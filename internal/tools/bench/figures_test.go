package bench_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"orderflow/internal/store"
	"orderflow/internal/tools/bench"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	ms := func(value float64) *float64 { return &value }
	for name, c := range map[string]struct {
		rounds []bench.Figures
		rate   float64
		cpu    *float64
	}{
		"nothing": {},
		"one":     {[]bench.Figures{{PerSecond: 5, ServerCPU: ms(2)}}, 5, ms(2)},
		"an even number": {[]bench.Figures{
			{PerSecond: 9, ServerCPU: ms(1)}, {PerSecond: 2, ServerCPU: ms(4)},
		}, 5.5, ms(2.5)},
		"an outlier, and each column by itself": {[]bench.Figures{
			{PerSecond: 7, ServerCPU: ms(1)}, {PerSecond: 1000, ServerCPU: ms(3)},
			{PerSecond: 3, ServerCPU: ms(2)},
		}, 7, ms(2)},
		"unknown in one round": {[]bench.Figures{
			{PerSecond: 1, ServerCPU: ms(1)}, {PerSecond: 1}, {PerSecond: 1, ServerCPU: ms(1)},
		}, 1, nil},
	} {
		got := bench.Median(c.rounds)
		switch {
		case got.PerSecond != c.rate:
			t.Errorf("%s: %v a second, want %v", name, got.PerSecond, c.rate)
		case len(c.rounds) > 0 && (got.ServerCPU == nil) != (c.cpu == nil),
			c.cpu != nil && *got.ServerCPU != *c.cpu:
			t.Errorf("%s: CPU %v, want %v", name, got.ServerCPU, c.cpu)
		case got.DatabaseCPU != nil && len(c.rounds) > 0:
			t.Errorf("%s: the database's CPU is known: %v", name, *got.DatabaseCPU)
		}
	}
}

// A round without a piece has no time per piece, and its report is still JSON and a table.
func TestRoundWithoutPieceIsUnknown(t *testing.T) {
	t.Parallel()
	none := bench.Measured(nil, time.Second)
	none.ServerCPU = none.PerPiece(time.Second)
	none.Exchange = none.ExchangePerPiece(store.Counts{}, store.Counts{Statements: 3})
	one := bench.Measured([]time.Duration{2 * time.Millisecond}, time.Second)
	one.ServerCPU = one.PerPiece(3 * time.Millisecond)
	few, many := int64(100), int64(700)
	one.Exchange = one.ExchangePerPiece(
		store.Counts{Statements: 3, BytesSent: &few, BytesReceived: &few},
		store.Counts{Statements: 10, BytesSent: &many, BytesReceived: &many})
	side := func(rounds ...bench.Figures) bench.Side {
		return bench.Side{Median: bench.Median(rounds), Rounds: rounds}
	}
	for name, c := range map[string]struct {
		side      bench.Side
		p50, p99  string
		serverCPU string

		statements, sent, received string
	}{
		"no piece":            {side(none, none), "null", "null", "null", "null", "null", "null"},
		"no piece in a round": {side(one, none), "null", "null", "null", "null", "null", "null"},
		"a piece":             {side(one, one), "2", "2", "3", "7", "600", "600"},
	} {
		report := bench.Report{What: "place", Rows: []bench.Row{{API: c.side, Plain: c.side}}}
		var encoded, text bytes.Buffer
		if err := report.JSON(&encoded); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var back struct {
			Rows []struct {
				API struct{ Median map[string]json.RawMessage } `json:"graphql"`
			}
		}
		if err := json.Unmarshal(encoded.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		median := back.Rows[0].API.Median
		for column, want := range map[string]string{
			"p50_ms": c.p50, "p99_ms": c.p99, "server_cpu_ms": c.serverCPU,
			"statements": c.statements, "bytes_sent": c.sent, "bytes_received": c.received,
		} {
			if got := string(median[column]); got != want {
				t.Errorf("%s: %s is %s, want %s", name, column, got, want)
			}
		}
		if err := report.Print(&text); err != nil || strings.Contains(text.String(), "NaN") {
			t.Errorf("%s: %v\n%s", name, err, text.String())
		}
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100 - i)
	}
	for name, c := range map[string]struct {
		times []time.Duration
		p     int
		want  time.Duration
	}{
		"nothing":                  {nil, 50, 0},
		"one":                      {[]time.Duration{7}, 99, 7},
		"half of an even number":   {[]time.Duration{4, 1, 3, 2}, 50, 2},
		"99 of a few is the worst": {[]time.Duration{4, 1, 3, 2}, 99, 4},
		"half of a hundred":        {hundred, 50, 50},
		"99 of a hundred":          {hundred, 99, 99},
	} {
		if got := bench.Percentile(c.times, c.p); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
