package shipment_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"orderflow/internal/globalid"
	sandbox "orderflow/internal/sandbox/courier"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// useSandbox makes the sandbox carry the parcels, over HTTP in both directions.
func (e *courierEnv) useSandbox(t *testing.T) *sandbox.Peer {
	t.Helper()
	secret := []byte("a secret shared in tests")
	peer, err := sandbox.NewPeer(
		sandbox.Options{Path: ":memory:", Secret: secret, Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = peer.Close() })
	at := httptest.NewServer(peer)
	t.Cleanup(at.Close)
	us := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, r *http.Request) {
		e.Shipments.HandlePush(a, r, "sandbox-courier")
	}))
	t.Cleanup(us.Close)
	client, err := sandbox.NewClient(
		sandbox.ClientOptions{BaseURL: at.URL, Secret: secret, CallbackURL: us.URL})
	if err != nil {
		t.Fatal(err)
	}
	hooks := e.Shipments.Hooks
	e.Shipments = shipment.New(e.DB, []courier.Port{client}, e.Keys,
		slog.New(slog.DiscardHandler))
	e.Shipments.Hooks, e.Shipments.Carriers = hooks, e.carriers(sandbox.Carrier)
	return peer
}

// Every answer that the sandbox can give arrives, by push and by query.
func TestTheSandboxAnswersInterceptions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answers []courier.Interception
		want    []vocab.InterceptionStatus // after each answer
		calls   []string
	}{
		"refused": {[]courier.Interception{courier.InterceptionRefused},
			[]vocab.InterceptionStatus{vocab.InterceptionRefused}, []string{"REFUSED"}},
		"succeeds": {
			[]courier.Interception{courier.InterceptionAccepted, courier.InterceptionSucceeded},
			[]vocab.InterceptionStatus{
				vocab.InterceptionAccepted, vocab.InterceptionSucceeded},
			[]string{"SUCCEEDED"}},
		"fails": {
			[]courier.Interception{courier.InterceptionAccepted, courier.InterceptionFailed},
			[]vocab.InterceptionStatus{
				vocab.InterceptionAccepted, vocab.InterceptionFailed},
			[]string{"FAILED"}},
	} {
		for _, way := range []string{"pushed", "queried"} {
			t.Run(name+" "+way, func(t *testing.T) {
				each(t, func(t *testing.T, e *courierEnv) {
					peer := e.useSandbox(t)
					parcel := e.interceptedBySandbox()
					calls := e.recordHooks()
					e.wantInterceptions(parcel, vocab.InterceptionAsked)
					for i, said := range tc.answers {
						err := peer.AnswerInterception(
							t.Context(), courier.Parcel{Reference: parcel.String()}, said)
						if err != nil {
							t.Fatal(err)
						}
						if way == "pushed" {
							e.deliver(peer, parcel)
						} else {
							e.Clock.Advance(30 * time.Minute)
							e.runInterceptions()
						}
						e.wantInterceptions(parcel, tc.want[i])
					}
					if !slices.Equal(*calls, tc.calls) {
						t.Errorf("calls %v, want %v", *calls, tc.calls)
					}
				})
			})
		}
	}
}

// When the courier's answer to our call is lost, its push reports that it has the request.
func TestTheSandboxLosesAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		peer := e.useSandbox(t)
		err := peer.AddFault(t.Context(), sandbox.Fault{
			Kind: sandbox.LoseAnswer, Op: sandbox.OpIntercept, Times: 1})
		if err != nil {
			t.Fatal(err)
		}
		parcel := e.interceptedBySandbox()
		e.wantInterceptions(parcel, vocab.InterceptionUnknown)
		e.deliver(peer, parcel)
		e.wantInterceptions(parcel, vocab.InterceptionAsked)
	})
}

// interceptedBySandbox ships a parcel, subscribes to it and requests its interception.
func (e *courierEnv) interceptedBySandbox() globalid.ID {
	e.T.Helper()
	o := e.buy(1, e.Sku(1))
	parcel := e.create(
		shipment.Line{Item: o.Edges.SubOrders[0].Edges.Items[0].ID, Quantity: 1})
	_, err := e.Shipments.HandOver(e.Warehouse, shipment.LabelInput{
		Shipment: parcel, Carrier: sandbox.Carrier, TrackingNumber: "SB" + o.Number})
	if err != nil {
		e.T.Fatal(err)
	}
	if err := e.Shipments.RunTracking(e.T.Context(), parcel); err != nil {
		e.T.Fatal(err)
	}
	e.intercept(parcel, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
	if n := e.runInterceptions(); n != 1 {
		e.T.Fatalf("%d were due", n)
	}
	return parcel
}

// deliver pushes what the sandbox has of a parcel.
func (e *courierEnv) deliver(peer *sandbox.Peer, parcel globalid.ID) {
	e.T.Helper()
	if err := peer.Push(e.T.Context(), parcel.String()); err != nil {
		e.T.Fatal(err)
	}
	if _, err := peer.Deliver(e.T.Context()); err != nil {
		e.T.Fatal(err)
	}
}
