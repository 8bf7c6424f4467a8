package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
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
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "orderflow_payment_alarms_total",
			Help: "Things about payments that staff must look at; each is logged as an error."},
			func() float64 { return float64(a.payments.Counters.Alarms.Load()) }),
	)
	return registry
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
