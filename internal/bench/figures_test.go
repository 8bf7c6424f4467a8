package bench_test

import (
	"testing"
	"time"

	"orderflow/internal/bench"
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
