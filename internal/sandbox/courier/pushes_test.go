package courier_test

import (
	"bytes"
	"errors"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"orderflow/internal/sandbox"
	sandboxcourier "orderflow/internal/sandbox/courier"
	"orderflow/internal/sandbox/sandboxtest"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

func TestPushIsRepeatedUntilAccepted(t *testing.T) {
	t.Parallel()
	r := subscribed(t)
	r.inbox.Status.Store(http.StatusInternalServerError)
	must(t, r.peer.Push(t.Context(), "shp_1"))
	first := r.deliver(t, 1)
	r.deliver(t, 0)
	r.real.Advance(time.Second)
	r.inbox.Status.Store(http.StatusNoContent)
	if again := r.deliver(t, 1); !bytes.Equal(again[0].Body, first[0].Body) {
		t.Fatalf("repeated %s, want %s", again[0].Body, first[0].Body)
	}
	r.real.Advance(24 * time.Hour)
	r.deliver(t, 0)
}

func TestPushIsGivenUpAfterEightTries(t *testing.T) {
	t.Parallel()
	r := subscribed(t)
	r.inbox.Status.Store(http.StatusInternalServerError)
	must(t, r.peer.Push(t.Context(), "shp_1"))
	for range 8 {
		r.deliver(t, 1)
		r.real.Advance(time.Hour)
	}
	r.deliver(t, 0)
}

func TestOldPushAfterANewOne(t *testing.T) {
	t.Parallel()
	r := subscribed(t)
	must(t, r.peer.Push(t.Context(), "shp_1"))
	must(t, r.peer.PushOld(t.Context(), "shp_1", 1))
	must(t, r.peer.Repeat(t.Context(), "shp_1", 2))
	got := r.deliver(t, 4)
	newest := got[0].Snapshot.Events
	if len(newest) != 2 || newest[0].Stage != vocab.CarrierDelivered {
		t.Fatalf("now %+v, want both, the newest first", newest)
	}
	if !newest[0].At.Equal(r.business.Now().Truncate(time.Microsecond)) {
		t.Errorf("happened at %s, not now in business time", newest[0].At)
	}
	for _, push := range got[1:] {
		old := push.Snapshot.Events
		if len(old) != 1 || old[0].Stage != vocab.CarrierCollected {
			t.Fatalf("as it was %+v, want the first alone", old)
		}
		if !bytes.Equal(push.Body, got[1].Body) {
			t.Fatalf("repeated %s, want %s", push.Body, got[1].Body)
		}
	}
}

func TestStoppedSubscription(t *testing.T) {
	t.Parallel()
	r := subscribed(t)
	ctx := t.Context()
	must(t, r.peer.Stop(ctx, "shp_1"))
	if !r.deliver(t, 1)[0].Snapshot.Ended {
		t.Fatal("the last push does not say that it is the last")
	}
	if err := r.peer.Push(ctx, "shp_1"); !errors.Is(err, sandbox.ErrNotPossible) {
		t.Fatalf("pushed after the end: %v", err)
	}
	must(t, r.peer.PushOld(ctx, "shp_1", 1))
	if r.deliver(t, 1)[0].Snapshot.Ended {
		t.Fatal("an old push knows of the end")
	}
	must(t, r.Subscribe(ctx, parcel("shp_1")))
	must(t, r.peer.Push(ctx, "shp_1"))
	r.deliver(t, 1)
}

func TestCorrection(t *testing.T) {
	t.Parallel()
	r := subscribed(t)
	named := courier.Parcel{Number: "Nshp_1"}
	must(t, r.peer.Correct(t.Context(), named, courier.Event{Stage: vocab.CarrierProblem}))
	got, err := r.Query(t.Context(), parcel("shp_1"))
	must(t, err)
	if len(got.Events) != 3 || !got.Events[0].Correction || got.Events[1].Correction {
		t.Fatalf("Query = %+v, want one correction", got)
	}
}

func TestWhatIsNotPossible(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx, one, two := t.Context(), parcel("shp_1"), parcel("shp_2")
	must(t, r.Subscribe(ctx, one))
	must(t, r.Intercept(ctx, one, "not wanted"))
	answer := func(parcel courier.Parcel, answer courier.Interception) error {
		return r.peer.AnswerInterception(ctx, parcel, answer)
	}
	collected := courier.Event{Stage: vocab.CarrierCollected}
	unknown, impossible := sandbox.ErrUnknown, sandbox.ErrNotPossible
	for name, test := range map[string]struct{ got, want error }{
		"push":           {r.peer.Push(ctx, "shp_2"), unknown},
		"push old":       {r.peer.PushOld(ctx, "shp_2", 1), unknown},
		"stop":           {r.peer.Stop(ctx, "shp_2"), unknown},
		"repeat nothing": {r.peer.Repeat(ctx, "shp_1", 1), impossible},
		"no number":      {r.peer.Add(ctx, courier.Parcel{Reference: "shp_2"}, collected), unknown},
		"not asked":      {answer(two, courier.InterceptionAccepted), unknown},
		"not accepted":   {answer(one, courier.InterceptionSucceeded), impossible},
		"no answer":      {answer(one, courier.InterceptionRequested), impossible},
	} {
		if !errors.Is(test.got, test.want) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
	if err := r.peer.Add(ctx, one, courier.Event{Stage: "FLYING"}); err == nil {
		t.Error("added an event with a stage that does not exist")
	}
}

func TestRunSendsWithoutBeingAsked(t *testing.T) {
	t.Parallel()
	r := subscribed(t)
	must(t, r.peer.Push(t.Context(), "shp_1"))
	sandboxtest.RunUntil(t, r.peer.Run, r.inbox.Arrived)
}

func TestStateOutlivesThePeer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "peer.db")
	var options sandboxcourier.Options
	r := subscribed(t, func(o *sandboxcourier.Options) {
		o.Path = path
		options = *o
	})
	must(t, r.Intercept(t.Context(), parcel("shp_1"), "not wanted"))
	must(t, r.peer.Push(t.Context(), "shp_1"))
	must(t, r.peer.Close())

	r.peer = newPeer(t, options)
	got := r.deliver(t, 1)[0].Snapshot
	if len(got.Events) != 2 || got.Interception != courier.InterceptionRequested {
		t.Fatalf("push after the restart: %+v", got)
	}
}
