package replay

import (
	"slices"
	"sync"
	"time"
)

// Step is a part of an order's way whose time is taken.
type Step string

// The steps. Each is of one order with all its parcels, or of one request, and ends when the server
// knows.
const (
	Quote   Step = "quote"
	Place   Step = "place"
	Pay     Step = "pay"     // startPayment, the channel's page, until the order is paid
	Pick    Step = "pick"    // createShipment, printPickList, startPicking, pack
	Ship    Step = "ship"    // handOver
	Track   Step = "track"   // the courier's events and pushes, until all are delivered
	Receive Step = "receive" // confirmReceipt
	Ask     Step = "ask"     // requestAfterSale or openAfterSaleForBuyer
	Refund  Step = "refund"  // from when the money is wanted back until it is
)

// Steps lists them in their order.
func Steps() []Step {
	return []Step{Quote, Place, Pay, Pick, Ship, Track, Receive, Ask, Refund}
}

// laps takes times.
type laps struct {
	mu    sync.Mutex
	taken map[Step][]time.Duration
}

func newLaps() *laps { return &laps{taken: map[Step][]time.Duration{}} }

// start begins a lap; the function that it returns ends it.
func (l *laps) start(step Step) (stop func()) {
	begin := time.Now()
	return func() {
		took := time.Since(begin)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.taken[step] = append(l.taken[step], took)
	}
}

// Latency is how long a step took.
type Latency struct {
	Step  Step    `json:"step"`
	Times int     `json:"times"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
}

func (l *laps) latencies() (all []Latency) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, step := range Steps() {
		took := slices.Sorted(slices.Values(l.taken[step]))
		if len(took) == 0 {
			continue
		}
		at := func(percent int) float64 {
			return float64(took[(len(took)-1)*percent/100].Microseconds()) / 1000
		}
		all = append(all, Latency{step, len(took), at(50), at(99)})
	}
	return all
}
