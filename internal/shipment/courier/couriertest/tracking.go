package couriertest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

func carries(t *testing.T, h Harness) {
	if h.Port.Name() == "" {
		t.Error("the port has no name")
	}
	if !h.Port.Carries(h.Carrier) {
		t.Errorf("does not carry %q", h.Carrier)
	}
	for _, other := range []string{"", "no such carrier"} {
		if h.Port.Carries(other) {
			t.Errorf("carries %q", other)
		}
	}
}

func unknownParcel(t *testing.T, h Harness) {
	got := h.query(t, h.parcel())
	if len(got.Events) != 0 || got.Ended || got.Interception != "" {
		t.Fatalf("Query = %+v of a parcel that nobody knows", got)
	}
}

func queryReturnsAll(t *testing.T, h Harness) {
	parcel := h.parcel()
	added := h.addEvents(t, parcel)
	checkEvents(t, h.query(t, parcel), added)
	h.subscribe(t, parcel)
	checkEvents(t, h.query(t, parcel), added)
}

func pushHasAll(t *testing.T, h Harness) {
	parcel := h.subscribed(t)
	added := h.addEvents(t, parcel)
	h.Push(t, parcel.Reference)
	push := h.pushed(t)
	if push.Reference != parcel.Reference || push.Snapshot.Number != parcel.Number ||
		push.Snapshot.Carrier != parcel.Carrier || push.Snapshot.Ended {
		t.Fatalf("push %+v", push)
	}
	checkEvents(t, push.Snapshot, added)
	more := courier.Event{
		At: h.Now().Truncate(time.Second), Stage: vocab.CarrierOutForDelivery, Text: "派送中",
	}
	h.Add(t, parcel, more)
	h.Push(t, parcel.Reference)
	checkEvents(t, h.pushed(t).Snapshot, append(added, more))
	w := httptest.NewRecorder()
	h.Port.AcceptPush(w)
	if w.Code != http.StatusOK && w.Code != http.StatusNoContent {
		t.Fatalf("accepted with status %d", w.Code)
	}
}

func subscribeAgain(t *testing.T, h Harness) {
	parcel := h.subscribed(t)
	h.subscribe(t, parcel)
	added := h.addEvents(t, parcel)
	h.Push(t, parcel.Reference)
	checkEvents(t, h.pushed(t).Snapshot, added)
}

func anotherNumber(t *testing.T, h Harness) {
	wrong := h.subscribed(t)
	before := h.addEvents(t, wrong)
	right := h.parcel()
	right.Reference = wrong.Reference
	h.subscribe(t, right)
	added := courier.Event{At: h.Now().Truncate(time.Second), Stage: vocab.CarrierCollected}
	h.Add(t, right, added)
	h.Push(t, right.Reference)
	push := h.pushed(t)
	if push.Snapshot.Number != right.Number {
		t.Fatalf("push of %s, want %s", push.Snapshot.Number, right.Number)
	}
	checkEvents(t, push.Snapshot, []courier.Event{added})
	checkEvents(t, h.query(t, right), []courier.Event{added})
	checkEvents(t, h.query(t, wrong), before)
}

func severalReferences(t *testing.T, h Harness) {
	first := h.subscribed(t)
	second := first
	second.Reference = h.parcel().Reference
	h.subscribe(t, second)
	added := h.addEvents(t, first)
	for _, parcel := range []courier.Parcel{first, second} {
		h.Push(t, parcel.Reference)
		push := h.pushed(t)
		if push.Reference != parcel.Reference {
			t.Fatalf("push to %s, want %s", push.Reference, parcel.Reference)
		}
		checkEvents(t, push.Snapshot, added)
	}
}

// forgedPushes changes every byte of the body, removes the headers, and puts the signature of
// one push on another.
func forgedPushes(t *testing.T, h Harness) {
	parcel := h.subscribed(t)
	h.addEvents(t, parcel)
	var got []Received
	for range 2 {
		h.Push(t, parcel.Reference)
		got = append(got, h.Received(t)...)
		h.Add(t, parcel, courier.Event{At: h.Now(), Stage: vocab.CarrierDelivered})
	}
	if len(got) != 2 {
		t.Fatalf("%d pushes, want 2", len(got))
	}
	genuine, other := got[0], got[1]
	for i := range genuine.Body {
		forged := Received{Header: genuine.Header, Body: bytes.Clone(genuine.Body)}
		forged.Body[i] ^= 1
		if _, err := forged.parse(h.Port); err == nil {
			t.Fatalf("believed a push with byte %d changed", i)
		}
	}
	if _, err := (Received{Header: http.Header{}, Body: genuine.Body}).parse(h.Port); err == nil {
		t.Fatal("believed a push without a signature")
	}
	swapped := Received{Header: genuine.Header, Body: other.Body}
	if _, err := swapped.parse(h.Port); err == nil {
		t.Fatal("believed a push with another's signature")
	}
	if _, err := genuine.parse(h.Port); err != nil {
		t.Fatalf("the genuine one: %v", err)
	}
}

func subscriptionEnds(t *testing.T, h Harness) {
	parcel := h.subscribed(t)
	added := h.addEvents(t, parcel)
	h.Stop(t, parcel.Reference)
	push := h.pushed(t)
	if !push.Snapshot.Ended {
		t.Fatalf("push %+v, want it ended", push)
	}
	checkEvents(t, push.Snapshot, added)
	got := h.query(t, parcel)
	if !got.Ended {
		t.Fatalf("Query = %+v, want it ended", got)
	}
	checkEvents(t, got, added)
	h.subscribe(t, parcel)
	if got := h.query(t, parcel); got.Ended {
		t.Fatalf("Query = %+v, want it subscribed again", got)
	}
}
