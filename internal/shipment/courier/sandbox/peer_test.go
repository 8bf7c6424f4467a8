package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/courier/sandbox"
	"orderflow/internal/vocab"
)

func TestHookIsCalledAtEveryStage(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var stages []string
	r := newRig(t, func(o *sandbox.Options) {
		o.Hook = func(stage sandbox.Stage, op sandbox.Op, reference string) {
			mu.Lock()
			defer mu.Unlock()
			stages = append(stages, string(stage)+" "+string(op)+" "+reference)
		}
	})
	must(t, r.Subscribe(t.Context(), parcel("shp_1")))
	must(t, r.peer.Push(t.Context(), "shp_1"))
	r.deliver(t, 1)
	fault := sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpIntercept, Reference: "shp_1"}
	must(t, r.peer.AddFault(t.Context(), fault))
	if err := r.Intercept(t.Context(), parcel("shp_1"), "not wanted"); err == nil {
		t.Fatal("the answer was not lost")
	}
	mu.Lock()
	defer mu.Unlock()
	want := []string{
		"BEFORE SUBSCRIBE shp_1", "ACTED SUBSCRIBE shp_1", "ANSWERED SUBSCRIBE shp_1",
		"BEFORE PUSH shp_1", "ANSWERED PUSH shp_1",
		"BEFORE INTERCEPT shp_1", "ACTED INTERCEPT shp_1",
	}
	if !slices.Equal(stages, want) {
		t.Fatalf("stages %q, want %q", stages, want)
	}
}

func TestCallbackURLOfThePeer(t *testing.T) {
	t.Parallel()
	var inbox *inbox
	r := newRig(t, func(o *sandbox.Options) {
		o.CallbackURL = func() string { return inbox.url }
	})
	inbox = r.inbox
	client, err := sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: r.url, Secret: []byte(secret), RealNow: r.real.now,
	})
	must(t, err)
	must(t, client.Subscribe(t.Context(), parcel("shp_1")))
	must(t, r.peer.Push(t.Context(), "shp_1"))
	r.deliver(t, 1)
}

func TestSecretsAndCarriers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	stranger, err := sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: r.url, Secret: []byte(strings.ToUpper(secret)), RealNow: r.real.now,
	})
	must(t, err)
	if err := stranger.Subscribe(t.Context(), parcel("shp_1")); err == nil {
		t.Error("a stranger subscribed")
	}
	other := parcel("shp_1")
	other.Carrier = "SF"
	err = r.Subscribe(t.Context(), other)
	if err == nil || !strings.Contains(err.Error(), string(sandbox.CodeUnknownCarrier)) {
		t.Errorf("subscribed to another carrier: %v", err)
	}
	if err := r.Subscribe(t.Context(), courier.Parcel{Carrier: sandbox.Carrier}); err == nil {
		t.Error("subscribed to nothing")
	}
	found, err := r.peer.Subscriptions(t.Context())
	if err != nil || len(found) != 0 {
		t.Errorf("subscriptions %+v, %v", found, err)
	}
	if _, err := sandbox.NewClient(sandbox.ClientOptions{BaseURL: r.url}); err == nil {
		t.Error("a client without a secret")
	}
	options := sandbox.Options{Path: ":memory:", Now: time.Now, Secret: []byte("short")}
	if _, err := sandbox.NewPeer(options); err == nil {
		t.Error("a peer with a short secret")
	}
}

// send does what a shell does, and returns status and text.
func send(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	must(t, err)
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, string(text)
}

func TestControl(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	must(t, r.Subscribe(t.Context(), parcel("shp_1")))
	must(t, r.Intercept(t.Context(), parcel("shp_1"), "not wanted"))
	control := func(want int, body string) {
		t.Helper()
		status, text := send(t, http.MethodPost, r.url+"/control", body)
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
	_, text := send(t, http.MethodGet, r.url+"/control/subscriptions", "")
	var found []sandbox.Subscription
	must(t, json.Unmarshal([]byte(text), &found))
	if len(found) != 1 || found[0].Number != "Nshp_1" || !found[0].Ended {
		t.Fatalf("subscriptions %s", text)
	}
}
