package bill_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/channelbill"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/bill"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

const (
	secret  = "a secret shared in tests"
	payable = 10_000
)

// morning is when tests begin: ten o'clock in Shanghai, when the bill of the day before is ready.
var morning = time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)

// env is an Env whose payments go through a sandbox peer, with the bills of that.
type env struct {
	*ordertest.Env
	peer  *sandbox.Peer
	port  *channelPort
	bills *bill.Bills
}

// channelPort is the channel of the tests. onPage is called before each page of a bill.
type channelPort struct {
	*sandbox.Client
	onPage func()
}

func (p *channelPort) Bill(
	ctx context.Context, from channel.BillPlace, page func([]channel.BillLine) error,
) (bool, error) {
	return p.Client.Bill(ctx, from, func(lines []channel.BillLine) error {
		if p.onPage != nil {
			p.onPage()
		}
		return page(lines)
	})
}

// each runs a test on every database of this run.
func each(t *testing.T, test func(t *testing.T, e *env), options ...ordertest.Options) {
	t.Helper()
	t.Parallel()
	o := ordertest.Options{Start: morning}
	if len(options) > 0 {
		o = options[0]
	}
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			e := &env{Env: ordertest.New(t, dialect, o)}
			e.connect(t)
			test(t, e)
			e.Verify()
		})
	}
}

// connect starts the peer, whose bills have two lines a page, and plans the bills.
func (e *env) connect(t *testing.T) {
	t.Helper()
	var err error
	e.peer, err = sandbox.NewPeer(sandbox.Options{Path: ":memory:", Secret: []byte(secret),
		Now: e.Now, RealNow: e.Clock.Now, BillPage: 2})
	e.Must(err)
	mux := http.NewServeMux()
	mux.Handle("/peer/", http.StripPrefix("/peer", e.peer))
	mux.HandleFunc("POST /notify", func(w http.ResponseWriter, r *http.Request) {
		e.Payments.HandleNotice(w, r, vocab.Sandbox)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		_ = e.peer.Close()
	})
	client, err := sandbox.NewClient(sandbox.ClientOptions{BaseURL: server.URL + "/peer",
		Secret: []byte(secret), RealNow: e.Clock.Now, NotifyURL: server.URL + "/notify"})
	e.Must(err)
	e.port = &channelPort{Client: client}
	e.Payments.Channels[vocab.Sandbox] = e.port
	e.bills = e.server()
	e.Must(e.bills.Plan(t.Context()))
}

// server is what compares bills in one more server.
func (e *env) server() *bill.Bills {
	return &bill.Bills{DB: e.DB, Payments: e.Payments, Log: slog.New(slog.DiscardHandler)}
}

// order places an order and opens an attempt.
func (e *env) order() (order, attempt globalid.ID) {
	e.T.Helper()
	sku := e.NewSku(ordertest.Sku{Price: payable, South: 1, Mode: vocab.OnOrder})
	order = e.PlaceAs(e.NewBuyer(), ordertest.Line(sku, 1))
	started, err := e.Payments.Start(e.BuyerOf(order),
		payment.StartInput{Order: order, Channel: vocab.Sandbox})
	if err != nil || started.Problem != nil {
		e.T.Fatalf("start: %v, %v", err, started.Problem)
	}
	return order, started.Payment
}

// paid is an order that is paid and known to be.
func (e *env) paid() (order, attempt globalid.ID) {
	e.T.Helper()
	order, attempt = e.order()
	e.pay(attempt, sandbox.Payment{})
	_, err := e.peer.Deliver(e.T.Context())
	e.Must(err)
	e.wantVerdicts(order, vocab.Counted)
	return order, attempt
}

func (e *env) pay(attempt globalid.ID, how sandbox.Payment) {
	e.T.Helper()
	e.Must(e.peer.Pay(e.T.Context(), attempt.String(), how))
}

func (e *env) fault(f sandbox.Fault) {
	e.T.Helper()
	e.Must(e.peer.AddFault(e.T.Context(), f))
}

// later moves business time and does what is due then, the bills too.
func (e *env) later(by time.Duration) {
	e.T.Helper()
	e.Move(by)
	e.run()
}

func (e *env) run() {
	e.T.Helper()
	for {
		e.Run()
		ids, err := e.DB.Take(e.T.Context(), bill.Due, 10)
		e.Must(err)
		if len(ids) == 0 {
			return
		}
		for _, id := range ids {
			e.Must(e.bills.Run(e.T.Context(), id))
		}
	}
}

// bill reads the row of a day.
func (e *env) bill(day string) *ent.ChannelBill {
	e.T.Helper()
	row, err := e.DB.Client.ChannelBill.Query().Where(channelbill.Day(day)).Only(e.T.Context())
	e.Must(err)
	return row
}

// wantBill fails the test unless a day's bill is finished with these numbers.
func (e *env) wantBill(day string, compared, settled, differences int64) {
	e.T.Helper()
	row := e.bill(day)
	if row.FinishedAt == nil || row.NextAttemptAt != nil || row.Compared != compared ||
		row.Settled != settled || row.Differences != differences {
		e.T.Errorf("the bill of %s is %+v; want %d lines, %d settled, %d differences", day, row,
			compared, settled, differences)
	}
}

// wantVerdicts fails the test unless the payments of an order have these verdicts.
func (e *env) wantVerdicts(order globalid.ID, want ...vocab.Verdict) {
	e.T.Helper()
	var got []vocab.Verdict
	for _, p := range e.DB.Client.Payment.Query().Where(entpayment.OrderID(order),
		entpayment.VerdictNotNil()).Order(entpayment.ByID()).AllX(e.T.Context()) {
		got = append(got, *p.Verdict)
	}
	if !slices.Equal(got, want) {
		e.T.Errorf("verdicts %v, want %v", got, want)
	}
}

// wantMoney fails the test unless that was paid and refunded at the channel.
func (e *env) wantMoney(attempt globalid.ID, paid, refunded int64) {
	e.T.Helper()
	ledger, err := e.peer.Ledger(e.T.Context())
	e.Must(err)
	if got := ledger.Charge(attempt.String()); got.Paid != paid || got.Refunded != refunded {
		e.T.Errorf("paid %d and refunded %d, want %d and %d", got.Paid, got.Refunded, paid, refunded)
	}
}

// transaction is the number of the only payment of an attempt.
func (e *env) transaction(attempt globalid.ID) string {
	e.T.Helper()
	return *e.DB.Client.Payment.GetX(e.T.Context(), attempt).TransactionID
}

// differences reads all differences, oldest first.
func (e *env) differences() []*ent.BillDifference {
	return e.DB.Client.BillDifference.Query().Order(ent.Asc("id")).AllX(e.T.Context())
}

// wantDifferences fails the test unless there are differences of these kinds, each with its alarm.
func (e *env) wantDifferences(want ...vocab.DifferenceKind) []*ent.BillDifference {
	e.T.Helper()
	var got []vocab.DifferenceKind
	all := e.differences()
	for _, d := range all {
		got = append(got, d.Kind)
	}
	if !slices.Equal(got, want) {
		e.T.Fatalf("differences %v, want %v", got, want)
	}
	if n := e.Payments.Counters.Alarms.Load(); n != int64(len(want)) {
		e.T.Errorf("%d alarms for %d differences", n, len(want))
	}
	return all
}
