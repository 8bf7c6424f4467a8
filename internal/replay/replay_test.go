package replay_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/replay"
)

// excerpt is made up: a few customers and guests, every kind of row that is not replayed, and an
// invoice of more lines than one parcel carries.
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

// counted is a summary without what may differ.
func counted(t *testing.T, s *replay.Summary, err error) *replay.Summary {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Latencies) != len(replay.Steps()) {
		t.Errorf("latencies of %d steps, want %d", len(s.Latencies), len(replay.Steps()))
	}
	s.Latencies = nil
	if !s.OK() {
		t.Errorf("problems: %s", strings.Join(s.Problems, "\n"))
	}
	return s
}

// The summary is the same on every database, with one worker and with many, on a server that runs
// through and on one that is killed four times: among the goods, twice among the orders, the second
// time together with the client, and in the end.
func TestKilledAndResumed(t *testing.T) {
	t.Parallel()
	plan := excerpt(t)
	calm := newServer(t, dbtest.SQLite)
	want, err := replay.Run(t.Context(), plan, options(calm, 1))
	want = counted(t, want, err)
	calm.verify()
	subs := 0
	for _, shop := range want.Shops {
		subs += shop.SubOrders
	}
	if want.Parcels != subs+1 {
		t.Errorf("%d parcels of %d sub-orders, of which one needs two", want.Parcels, subs)
	}
	if want.Orders == 0 || want.Orders != plan.Invoices.Replayed ||
		want.Statuses["COMPLETED"] != want.Orders || want.Paid != want.Payable {
		t.Errorf("summary %+v", want)
	}
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, dialect)
			got := disturbed(t, s, plan)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, want)
			}
			s.verify()
		})
	}
}

// disturbed replays on a server that is killed, and once with the client.
func disturbed(t *testing.T, s *server, plan *replay.Plan) *replay.Summary {
	t.Helper()
	ctx, abort := context.WithCancel(t.Context())
	defer abort()
	o := options(s, 8)
	third := plan.Invoices.Replayed / 3
	kills := map[string]int{"goods": 50, "orders": third}
	o.Progress = func(step string, done, _ int) {
		switch {
		case step == "orders" && done == 2*third:
			s.kill()
			abort()
		case kills[step] > 0 && done >= kills[step]:
			delete(kills, step)
			s.kill()
			s.start()
		}
	}
	_, err := replay.Run(ctx, plan, o)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the client was not broken off: %v", err)
	}
	s.start()
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
	return counted(t, got, err)
}

func TestAServerThatIsGone(t *testing.T) {
	t.Parallel()
	o := replay.Options{URL: "http://127.0.0.1:1", Workers: 2, Patience: time.Millisecond}
	if _, err := replay.Run(t.Context(), excerpt(t), o); !errors.Is(err, replay.ErrGone) {
		t.Errorf("got %v", err)
	}
}
