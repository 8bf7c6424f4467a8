package replay_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/tools/replay"
)

// excerpt is a made-up file: a few customers and guests, every kind of rejected row, and an invoice
// of more lines than one parcel carries.
func excerpt(t *testing.T) *replay.Plan {
	t.Helper()
	plan, err := replay.Load("testdata/retail.csv", 0)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func options(s *server, workers int) replay.Options {
	return replay.Options{URL: s.url(), Workers: workers, Patience: time.Minute}
}

// checked returns a summary without what may differ.
func checked(t *testing.T, s *replay.Summary, err error) *replay.Summary {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	s.Latencies = nil
	if !s.OK() {
		t.Errorf("problems: %s", strings.Join(s.Problems, "\n"))
	}
	return s
}

// The summary is the same on every database, with one worker and with many, on a server that runs
// through and on one that is killed six times: during the goods, the orders and the requests, twice
// of these together with the client, and at the end.
func TestKilledAndResumed(t *testing.T) {
	t.Parallel()
	plan := excerpt(t)
	calm := newServer(t, dbtest.SQLite)
	want, err := replay.Run(t.Context(), plan, options(calm, 1))
	if err == nil && len(want.Latencies) != len(replay.Steps()) {
		t.Errorf("latencies of %d steps, want %d", len(want.Latencies), len(replay.Steps()))
	}
	want = checked(t, want, err)
	calm.verify()
	checkSummary(t, want)
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, dialect)
			got := interruptedReplay(t, s, plan)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, want)
			}
			s.verify()
		})
	}
}

// checkSummary fails when a case that the excerpt contains is missing.
func checkSummary(t *testing.T, s *replay.Summary) {
	t.Helper()
	const emptied = 5 // orders of which everything is cancelled in time, one of them before it is sent
	subs, turned := 0, 0
	for _, shop := range s.Shops {
		subs += shop.SubOrders
	}
	var all replay.AfterSales
	kinds := map[string]bool{}
	for _, k := range s.AfterSales {
		kinds[k.Kind+" "+k.Goods+" "+k.Way] = true
		if k.Way == "INTERCEPTION" || k.Way == "REFUSAL" {
			turned += k.Requests
		}
		all.ByShop += k.ByShop
		all.Damaged += k.Damaged
		all.Refunded += k.Refunded
		if back := k.Good + k.Damaged; k.Goods != "UNSHIPPED" && back != k.Units &&
			(back != 0 || k.Kind != "REFUND_ONLY" || k.Way != "") {
			t.Errorf("%d units came back: %+v", back, k)
		}
	}
	for _, kind := range []string{"REFUND_ONLY UNSHIPPED ", "REFUND_ONLY RECEIVED ",
		"RETURN_AND_REFUND RECEIVED ", "RETURN_AND_REFUND IN_TRANSIT RETURN",
		"REFUND_ONLY IN_TRANSIT REFUSAL", "REFUND_ONLY IN_TRANSIT INTERCEPTION"} {
		if !kinds[kind] {
			t.Errorf("no request is %s: %+v", kind, s.AfterSales)
		}
	}
	if s.Parcels != subs+1-1-turned {
		t.Errorf("%d parcels of %d sub-orders, one of which needs two, one none, and %d came back",
			s.Parcels, subs, turned)
	}
	if s.Orders == 0 || s.Statuses["CLOSED"] != emptied ||
		s.Statuses["COMPLETED"] != s.Orders-emptied || s.Paid != s.Payable {
		t.Errorf("summary %+v", s)
	}
	if all.ByShop == 0 || all.Damaged == 0 || all.Refunded == 0 || all.Refunded != s.Refunded ||
		s.Kept != s.Paid-s.Refunded {
		t.Errorf("requests %+v, summary %+v", all, s)
	}
}

// interruptedReplay replays on a server that is killed, and twice with the client.
func interruptedReplay(t *testing.T, s *server, plan *replay.Plan) *replay.Summary {
	t.Helper()
	o := options(s, 8)
	kills := map[string]float64{"goods": 0.4, "orders": 0.3, "requests": 0.1}
	interrupt := func(step string, at float64) {
		t.Helper()
		ctx, abort := context.WithCancel(t.Context())
		defer abort()
		o.Progress = func(current string, done, all int) {
			part := float64(done) / float64(all)
			switch {
			case current == step && part >= at && ctx.Err() == nil:
				s.kill()
				abort()
			case ctx.Err() == nil && kills[current] > 0 && part >= kills[current]:
				delete(kills, current)
				s.kill()
				s.start()
			}
		}
		_, err := replay.Run(ctx, plan, o)
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("the client was not interrupted: %v", err)
		}
		s.start()
	}
	interrupt("orders", 0.6)
	interrupt("requests", 0.7)
	killed := false
	o.Progress = func(step string, _, _ int) {
		if step == "end" && !killed {
			killed = true
			s.kill()
			s.start()
		}
	}
	got, err := replay.Run(t.Context(), plan, o)
	if len(kills) > 0 || !killed {
		t.Errorf("the server was not killed: %v, %v", kills, killed)
	}
	return checked(t, got, err)
}

func TestUnavailableServer(t *testing.T) {
	t.Parallel()
	o := replay.Options{URL: "http://127.0.0.1:1", Workers: 2, Patience: time.Millisecond}
	if _, err := replay.Run(t.Context(), excerpt(t), o); !errors.Is(err, replay.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
