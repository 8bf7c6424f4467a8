package couriertest

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

// callTimeout bounds the calls of a test.
const callTimeout = 20 * time.Second

// Breakage is a way in which one call fails.
type Breakage string

// The breakages. Unreachable, UnsignedError and Stalled leave nothing done.
const (
	Unreachable   Breakage = "UNREACHABLE"    // the connection breaks before anything is done
	UnsignedError Breakage = "UNSIGNED_ERROR" // a 5xx without a signature
	Stalled       Breakage = "STALLED"        // no response until the caller gives up
	LostAnswer    Breakage = "LOST_ANSWER"    // done, then the connection breaks
	IllSigned     Breakage = "ILL_SIGNED"     // done, then a response with a wrong signature
)

// Received is a push as it arrived.
type Received struct {
	Header http.Header
	Body   []byte
}

// Harness is a port with its peer, new for every test. The functions fail the test themselves.
type Harness struct {
	Port    courier.Port
	Carrier string // a code that the port carries
	// Now is the business time of the peer.
	Now func() time.Time
	// Add adds an event of a parcel without a push.
	Add func(t *testing.T, parcel courier.Parcel, event courier.Event)
	// Push makes the courier push what it knows now about a reference.
	Push func(t *testing.T, reference string)
	// Received returns the pushes that came since it was last called, in their order.
	Received func(t *testing.T) []Received

	// From here on nil means that the peer cannot do it.

	// Break makes the next call about a reference fail. Mend undoes that, for a call that was
	// cancelled before it arrived.
	Break func(t *testing.T, reference string, how Breakage)
	Mend  func(t *testing.T)
	// Stop ends the subscription, with a last push.
	Stop func(t *testing.T, reference string)
	// Answer answers a requested interception.
	Answer func(t *testing.T, parcel courier.Parcel, answer courier.Interception)
}

// Run tests the contract. newHarness is called once per test, and once to find out what it can do.
func Run(t *testing.T, newHarness func(t *testing.T) Harness) {
	able := newHarness(t)
	run := func(name string, possible bool, test func(t *testing.T, h Harness)) {
		if !possible {
			return
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newHarness(t))
		})
	}
	run("carries its carriers", true, carries)
	run("unknown parcel has no events", true, unknownParcel)
	run("query returns everything", true, queryReturnsAll)
	run("push has what a query returns", true, pushHasAll)
	run("subscribe again is one subscription", true, subscribeAgain)
	run("reference gets another number", true, anotherNumber)
	run("number has several references", true, severalReferences)
	run("forged pushes are rejected", true, forgedPushes)
	run("subscription ends", able.Stop != nil, subscriptionEnds)
	run("interception succeeds", able.Answer != nil, interceptionSucceeds)
	run("interception is refused", able.Answer != nil, interceptionRefused)
	run("ended context ends every call", true, endedContext)
	for _, how := range []Breakage{Unreachable, UnsignedError, Stalled, LostAnswer, IllSigned} {
		run("nothing is concluded from "+string(how), able.Break != nil,
			func(t *testing.T, h Harness) { concludesNothing(t, h, how) })
	}
}

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
	t.Cleanup(cancel)
	return ctx
}

func (h Harness) parcel() courier.Parcel {
	return courier.Parcel{
		Reference: "shp_" + rand.Text(), Carrier: h.Carrier, Number: "N" + rand.Text(),
		Phone: "13800000000",
	}
}

// subscribed is a new parcel that the port subscribed to.
func (h Harness) subscribed(t *testing.T) courier.Parcel {
	t.Helper()
	parcel := h.parcel()
	h.subscribe(t, parcel)
	return parcel
}

func (h Harness) subscribe(t *testing.T, parcel courier.Parcel) {
	t.Helper()
	if err := h.Port.Subscribe(testContext(t), parcel); err != nil {
		t.Fatalf("Subscribe: %v", err)
	}
}

func (h Harness) query(t *testing.T, parcel courier.Parcel) courier.Snapshot {
	t.Helper()
	got, err := h.Port.Query(testContext(t), parcel)
	if err != nil {
		t.Fatalf("Query: %v", err)
	}
	if got.Carrier != parcel.Carrier || got.Number != parcel.Number {
		t.Fatalf("Query = %+v, want it of %s %s", got, parcel.Carrier, parcel.Number)
	}
	return got
}

// addEvents adds some events, of which the last revokes the delivery, in another order than they
// happened, and returns them.
func (h Harness) addEvents(t *testing.T, parcel courier.Parcel) []courier.Event {
	t.Helper()
	start := h.Now().UTC().Truncate(time.Second).Add(-time.Hour)
	stages := []vocab.CarrierStage{
		vocab.CarrierCollected, vocab.CarrierDelivered, vocab.CarrierInTransit,
		vocab.CarrierProblem,
	}
	var added []courier.Event
	for i, minutes := range []int{0, 20, 10, 30} {
		event := courier.Event{
			At: start.Add(time.Duration(minutes) * time.Minute), Stage: stages[i],
			Text: "快件 " + string(stages[i]), Location: "上海",
			Correction: stages[i] == vocab.CarrierProblem,
		}
		h.Add(t, parcel, event)
		added = append(added, event)
	}
	return added
}

// checkEvents compares the events as sets.
func checkEvents(t *testing.T, got courier.Snapshot, want []courier.Event) {
	t.Helper()
	if !slices.Equal(track.Merge(nil, got.Events), track.Merge(nil, want)) {
		t.Fatalf("events %+v, want %+v", got.Events, want)
	}
}

// pushed returns the one push that came, as the port reads it.
func (h Harness) pushed(t *testing.T) courier.Push {
	t.Helper()
	var pushes []courier.Push
	for _, received := range h.Received(t) {
		push, err := received.parse(h.Port)
		if err != nil {
			t.Fatalf("ParsePush: %v", err)
		}
		if len(push.Body) == 0 {
			t.Fatal("the push has no evidence")
		}
		pushes = append(pushes, push)
	}
	if len(pushes) != 1 {
		t.Fatalf("%d pushes, want one", len(pushes))
	}
	return pushes[0]
}

func (r Received) parse(port courier.Port) (courier.Push, error) {
	req := httptest.NewRequest(http.MethodPost, "/callback", bytes.NewReader(r.Body))
	req.Header = r.Header.Clone()
	return port.ParsePush(req)
}
