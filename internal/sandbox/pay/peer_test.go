package pay_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
	"orderflow/internal/sandbox/pay"
	"orderflow/internal/sandbox/sandboxtest"
)

func TestHookIsCalledAtEveryStage(t *testing.T) {
	t.Parallel()
	stages := make(sandboxtest.Stages, 16)
	r := newRig(t, func(o *pay.Options) {
		o.Hook = func(stage pay.Stage, op pay.Op, no string) {
			stages.Add(string(stage), string(op), no)
		}
	})
	r.open(t, "pay_1")
	stages.Want(t, "BEFORE OPEN pay_1", "ACTED OPEN pay_1", "ANSWERED OPEN pay_1")
	must(t, r.peer.Pay(t.Context(), "pay_1", pay.Payment{}))
	r.deliver(t)
	stages.Want(t, "BEFORE NOTICE pay_1", "ANSWERED NOTICE pay_1")
	r.fault(t, pay.Fault{Kind: pay.LoseAnswer, Op: pay.OpClose})
	if _, err := r.Close(t.Context(), "pay_1"); err == nil {
		t.Fatal("the answer was not lost")
	}
	stages.Want(t, "BEFORE CLOSE pay_1", "ACTED CLOSE pay_1")
}

func TestAnsweredMeansThatTheClientHasTheAnswer(t *testing.T) {
	t.Parallel()
	goOn := make(chan struct{})
	r := newRig(t, func(o *pay.Options) {
		o.Hook = func(stage pay.Stage, _ pay.Op, _ string) {
			if stage == pay.Answered {
				<-goOn
			}
		}
	})
	defer close(goOn)
	r.open(t, "pay_1")
}

func TestAnswerToAnotherQuestionIsNotBelieved(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.open(t, "pay_1")
	var first *httptest.ResponseRecorder
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if first == nil {
			first = httptest.NewRecorder()
			r.peer.ServeHTTP(first, q)
		}
		for name, values := range first.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(first.Code)
		_, _ = w.Write(first.Body.Bytes())
	}))
	t.Cleanup(liar.Close)
	client := r.client(t, liar.URL, channel.Limits{})
	got, err := client.Query(t.Context(), "pay_1")
	if err != nil || got.State != channel.ChargeUnpaid {
		t.Fatalf("Query = %+v, %v", got, err)
	}
	if got, err := client.Query(t.Context(), "pay_1"); err == nil {
		t.Fatalf("believed an old answer: %+v", got)
	}
}

func TestSignaturesLiveFiveMinutes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	peerClock := r.real
	r.real = sandboxtest.NewClock(0)
	client := r.client(t, r.url, channel.Limits{})
	for _, test := range []struct {
		apart time.Duration
		fine  bool
	}{{4 * time.Minute, true}, {6 * time.Minute, false}, {-6 * time.Minute, false}} {
		r.real.Advance(peerClock.Now().Add(test.apart).Sub(r.real.Now()))
		_, err := client.Query(t.Context(), "pay_1")
		var refused *channel.Refusal
		if (err == nil) != test.fine || errors.As(err, &refused) {
			t.Errorf("%s apart: %v", test.apart, err)
		}
	}
}

func TestWrongSecret(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	client, err := pay.NewClient(pay.ClientOptions{
		BaseURL: r.url, Secret: []byte(strings.ToUpper(sandboxtest.Secret)), RealNow: r.real.Now,
	})
	must(t, err)
	_, err = client.Open(t.Context(), r.request("pay_1"))
	var refused *channel.Refusal
	if err == nil || errors.As(err, &refused) {
		t.Fatalf("Open = %v, want an error that concludes nothing", err)
	}
	got, err := r.Query(t.Context(), "pay_1")
	if err != nil || got.State != channel.ChargeMissing {
		t.Fatalf("a stranger opened %+v, %v", got, err)
	}
	if _, err := pay.NewClient(pay.ClientOptions{BaseURL: r.url}); err == nil {
		t.Error("a client without a secret")
	}
	options := pay.Options{Path: ":memory:", Now: time.Now, Secret: []byte("short")}
	if _, err := pay.NewPeer(options); err == nil {
		t.Error("a peer with a short secret")
	}
}

func TestPayFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for no, f := range map[string]pay.Fault{
		"pay_fail":   {Kind: pay.FailPayment},
		"pay_twice":  {Kind: pay.PayTwice},
		"pay_amount": {Kind: pay.WrongAmount, Amount: 999},
		"pay_late":   {Kind: pay.PayLate},
	} {
		r.open(t, no)
		f.No = no
		r.fault(t, f)
	}
	r.business.Advance(29 * time.Minute)
	for _, no := range []string{"pay_fail", "pay_twice", "pay_amount"} {
		must(t, r.peer.Pay(t.Context(), no, pay.Payment{}))
	}
	r.business.Advance(time.Minute)
	must(t, r.peer.Pay(t.Context(), "pay_late", pay.Payment{}))
	ledger, err := r.peer.Ledger(t.Context())
	must(t, err)
	for no, want := range map[string]int64{
		"pay_fail": 0, "pay_twice": 2000, "pay_amount": 999, "pay_late": 1000,
	} {
		if got := ledger.Charge(no).Paid; got != want {
			t.Errorf("%s: paid %d, want %d", no, got, want)
		}
	}
	total := pay.AccountLedger{Account: "m1", Currency: "CNY", Paid: 3999}
	if len(ledger.Accounts) != 1 || ledger.Accounts[0] != total {
		t.Errorf("accounts %+v, want %+v", ledger.Accounts, total)
	}
}

func TestPayRefusesWhatCannotBePaid(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx := t.Context()
	if err := r.peer.Pay(ctx, "pay_0", pay.Payment{}); !errors.Is(err, sandbox.ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
	r.open(t, "pay_1")
	must(t, r.peer.Pay(ctx, "pay_1", pay.Payment{}))
	r.open(t, "pay_2")
	r.business.Advance(30 * time.Minute)
	for _, no := range []string{"pay_1", "pay_2"} {
		if err := r.peer.Pay(ctx, no, pay.Payment{}); !errors.Is(err, sandbox.ErrNotPossible) {
			t.Errorf("%s: %v, want %v", no, err, sandbox.ErrNotPossible)
		}
	}
	// What was closed by its clock stays closed when the clock is turned back.
	if got, err := r.Query(ctx, "pay_2"); err != nil || got.State != channel.ChargeClosed {
		t.Errorf("Query = %+v, %v", got, err)
	}
	r.business.Advance(-time.Minute)
	if err := r.peer.Pay(ctx, "pay_2", pay.Payment{}); !errors.Is(err, sandbox.ErrNotPossible) {
		t.Errorf("turned back: %v, want %v", err, sandbox.ErrNotPossible)
	}
}
