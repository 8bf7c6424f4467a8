package courier_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	sandboxcourier "orderflow/internal/sandbox/courier"
	"orderflow/internal/sandbox/sandboxtest"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

func TestHookIsCalledAtEveryStage(t *testing.T) {
	t.Parallel()
	stages := make(sandboxtest.Stages, 16)
	r := newRig(t, func(o *sandboxcourier.Options) {
		o.Hook = func(stage sandboxcourier.Stage, op sandboxcourier.Op, reference string) {
			stages.Add(string(stage), string(op), reference)
		}
	})
	must(t, r.Subscribe(t.Context(), parcel("shp_1")))
	stages.Want(t, "BEFORE SUBSCRIBE shp_1", "ACTED SUBSCRIBE shp_1", "ANSWERED SUBSCRIBE shp_1")
	must(t, r.peer.Push(t.Context(), "shp_1"))
	r.deliver(t, 1)
	stages.Want(t, "BEFORE PUSH shp_1", "ANSWERED PUSH shp_1")
	fault := sandboxcourier.Fault{
		Kind: sandboxcourier.LoseAnswer, Op: sandboxcourier.OpIntercept, Reference: "shp_1",
	}
	must(t, r.peer.AddFault(t.Context(), fault))
	if err := r.Intercept(t.Context(), parcel("shp_1"), "not wanted"); err == nil {
		t.Fatal("the answer was not lost")
	}
	stages.Want(t, "BEFORE INTERCEPT shp_1", "ACTED INTERCEPT shp_1")
}

func TestCallbackURLOfThePeer(t *testing.T) {
	t.Parallel()
	var inbox *sandboxtest.Inbox
	r := newRig(t, func(o *sandboxcourier.Options) {
		o.CallbackURL = func() string { return inbox.URL }
	})
	inbox = r.inbox
	client, err := sandboxcourier.NewClient(sandboxcourier.ClientOptions{
		BaseURL: r.url, Secret: []byte(sandboxtest.Secret), RealNow: r.real.Now,
	})
	must(t, err)
	must(t, client.Subscribe(t.Context(), parcel("shp_1")))
	must(t, r.peer.Push(t.Context(), "shp_1"))
	r.deliver(t, 1)
}

func TestSecretsAndCarriers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	stranger, err := sandboxcourier.NewClient(sandboxcourier.ClientOptions{
		BaseURL: r.url, Secret: []byte(strings.ToUpper(sandboxtest.Secret)), RealNow: r.real.Now,
	})
	must(t, err)
	if err := stranger.Subscribe(t.Context(), parcel("shp_1")); err == nil {
		t.Error("a stranger subscribed")
	}
	other := parcel("shp_1")
	other.Carrier = "SF"
	err = r.Subscribe(t.Context(), other)
	if err == nil || !strings.Contains(err.Error(), string(sandboxcourier.CodeUnknownCarrier)) {
		t.Errorf("subscribed to another carrier: %v", err)
	}
	if err := r.Subscribe(t.Context(), courier.Parcel{Carrier: sandboxcourier.Carrier}); err == nil {
		t.Error("subscribed to nothing")
	}
	found, err := r.peer.Subscriptions(t.Context())
	if err != nil || len(found) != 0 {
		t.Errorf("subscriptions %+v, %v", found, err)
	}
	if _, err := sandboxcourier.NewClient(sandboxcourier.ClientOptions{BaseURL: r.url}); err == nil {
		t.Error("a client without a secret")
	}
	options := sandboxcourier.Options{Path: ":memory:", Now: time.Now, Secret: []byte("short")}
	if _, err := sandboxcourier.NewPeer(options); err == nil {
		t.Error("a peer with a short secret")
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	must(t, r.Subscribe(t.Context(), parcel("shp_1")))
	must(t, r.Intercept(t.Context(), parcel("shp_1"), "not wanted"))
	control := func(want int, body string) {
		t.Helper()
		status, text := sandboxtest.Post(t, r.url+"/control", "", body)
		if status != want {
			t.Fatalf("%s: %d %s, want %d", body, status, text, want)
		}
	}
	for _, body := range []string{
		`{"action": "add", "reference": "shp_1", "event": {"stage": "DELIVERED"}}`,
		`{"action": "correct", "number": "Nshp_1", "event":
			{"at": "2099-01-02T03:04:05Z", "stage": "PROBLEM", "text": "错投", "location": "上海"}}`,
		`{"action": "intercept", "reference": "shp_1", "answer": "ACCEPTED"}`,
		`{"action": "push", "reference": "shp_1"}`,
		`{"action": "repeat", "reference": "shp_1", "count": 1}`,
		`{"action": "push_old", "reference": "shp_1", "count": 1}`,
		`{"action": "stop", "reference": "shp_1"}`,
		`{"action": "fault", "fault": {"kind": "UNREACHABLE"}}`,
		`{"action": "clear"}`,
		`{"action": "deliver"}`,
	} {
		control(http.StatusNoContent, body)
	}
	var events []int
	var answers []courier.Interception
	for _, push := range r.deliver(t, 4) {
		events = append(events, len(push.Snapshot.Events))
		answers = append(answers, push.Snapshot.Interception)
	}
	if !slices.Equal(events, []int{2, 2, 1, 2}) {
		t.Errorf("events of the pushes: %v", events)
	}
	const accepted = courier.InterceptionAccepted
	if !slices.Equal(answers, []courier.Interception{accepted, accepted, "", accepted}) {
		t.Errorf("interceptions of the pushes: %v, an old one must know of none", answers)
	}
	got, err := r.Query(t.Context(), parcel("shp_1"))
	must(t, err)
	want := courier.Event{
		At: time.Date(2099, 1, 2, 3, 4, 5, 0, time.UTC), Stage: vocab.CarrierProblem,
		Text: "错投", Location: "上海", Correction: true,
	}
	if got.Events[0] != want || got.Interception != courier.InterceptionAccepted {
		t.Fatalf("Query = %+v, want %+v", got, want)
	}
	control(http.StatusConflict, `{"action": "push", "reference": "shp_1"}`)
	control(http.StatusNotFound, `{"action": "push", "reference": "shp_2"}`)
	for _, bad := range []string{
		`{}`, `{"action": "add", "event": {"stage": "FLYING"}}`, `{"akshun": "clear"}`,
		`{"action": "fault", "fault": {"kind": "NONE"}}`,
	} {
		control(http.StatusBadRequest, bad)
	}
	_, text := sandboxtest.Get(t, r.url+"/control/subscriptions")
	var found []sandboxcourier.Subscription
	must(t, json.Unmarshal([]byte(text), &found))
	if len(found) != 1 || found[0].Number != "Nshp_1" || !found[0].Ended {
		t.Fatalf("subscriptions %s", text)
	}
}
