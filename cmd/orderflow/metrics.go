package main

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"orderflow/internal/limit"
)

// metrics are what the private address tells of the server: its lanes, its connections to the
// database, what the payment channels had staff look at, and the process.
func (a *App) metrics() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(a.db.SQL(), "orderflow"),
		laneCollector{a},
		limitCollector{},
		counter("orderflow_payment_alarms_total",
			"Things about payments that staff must look at; each is logged as an error.",
			&a.payments.Counters.Alarms),
		counter("orderflow_bill_lines_total", "Lines of channels' bills that were compared.",
			&a.bills.Counters.Lines),
		counter("orderflow_bill_settled_total",
			"Lines of channels' bills that were not known here and are settled by the usual rules.",
			&a.bills.Counters.Settled),
		counter("orderflow_bill_differences_total", "Differences found, see billDifferences.",
			&a.bills.Counters.Differences),
	)
	return registry
}

func counter(name, help string, value *atomic.Int64) prometheus.CounterFunc {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
		func() float64 { return float64(value.Load()) })
}

// laneCollector reports for how long each lane has not ended a round well.
type laneCollector struct{ app *App }

var laneFailing = prometheus.NewDesc("orderflow_lane_failing_seconds",
	"For how long a lane has not ended a round well; 0 when it is well.", []string{"lane"}, nil)

// Describe implements prometheus.Collector.
func (laneCollector) Describe(ch chan<- *prometheus.Desc) { ch <- laneFailing }

// Collect implements prometheus.Collector.
func (c laneCollector) Collect(ch chan<- prometheus.Metric) {
	for _, s := range append(c.app.lanes.States(), c.app.peers.States()...) {
		ch <- prometheus.MustNewConstMetric(laneFailing, prometheus.GaugeValue, s.For.Seconds(), s.Name)
	}
}

// limitCollector reports how often each limit has refused something.
type limitCollector struct{}

var limitRefused = prometheus.NewDesc("orderflow_limit_refused_total",
	"Mutations that a limit has refused, see the table of limits in docs/security.md.",
	[]string{"limit"}, nil)

// Describe implements prometheus.Collector.
func (limitCollector) Describe(ch chan<- *prometheus.Desc) { ch <- limitRefused }

// Collect implements prometheus.Collector.
func (limitCollector) Collect(ch chan<- prometheus.Metric) {
	for _, l := range limit.All {
		ch <- prometheus.MustNewConstMetric(limitRefused, prometheus.CounterValue,
			float64(l.Refused()), l.Name)
	}
}
