package replay

import (
	"slices"
	"sync"
	"time"
)

// Step is a timed step of an order.
type Step string

// The steps. Each is of one order with all its parcels, or of one request, and ends when the server
// has recorded the outcome.
const (
	Quote       Step = "quote"
	Place       Step = "place"
	Pay         Step = "pay"     // startPayment, the channel's page, until the order is paid
	Pick        Step = "pick"    // createShipment, printPickList, startPicking, pack
	Ship        Step = "ship"    // handOver
	Track       Step = "track"   // the courier's events and pushes, until all are delivered
	Receive     Step = "receive" // confirmReceipt
	OpenRequest Step = "ask"     // requestAfterSale or openAfterSaleForBuyer
	Refund      Step = "refund"  // from REFUNDING to COMPLETED
)

// Steps lists them in their order.
func Steps() []Step {
	return []Step{Quote, Place, Pay, Pick, Ship, Track, Receive, OpenRequest, Refund}
}

// timings collects the durations of steps.
type timings struct {
	mu        sync.Mutex
	durations map[Step][]time.Duration
}

func newTimings() *timings { return &timings{durations: map[Step][]time.Duration{}} }

// start starts a measurement; the function that it returns ends it.
func (l *timings) start(step Step) (stop func()) {
	begin := time.Now()
	return func() {
		took := time.Since(begin)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.durations[step] = append(l.durations[step], took)
	}
}

// Latency is the distribution of the durations of a step.
type Latency struct {
	Step  Step    `json:"step"`
	Times int     `json:"times"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
}

func (l *timings) latencies() (all []Latency) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, step := range Steps() {
		durations := slices.Sorted(slices.Values(l.durations[step]))
		if len(durations) == 0 {
			continue
		}
		at := func(percent int) float64 {
			return float64(durations[(len(durations)-1)*percent/100].Microseconds()) / 1000
		}
		all = append(all, Latency{step, len(durations), at(50), at(99)})
	}
	return all
}
