package track_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

var day = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func at(hours int, stage vocab.CarrierStage) courier.Event {
	return courier.Event{At: day.Add(time.Duration(hours) * time.Hour), Stage: stage}
}

func corrected(hours int, stage vocab.CarrierStage) courier.Event {
	e := at(hours, stage)
	e.Correction = true
	return e
}

// recorded is a parcel that was delivered to the wrong door and at last to the right one.
func recorded() []courier.Event {
	return []courier.Event{
		at(1, vocab.CarrierCollected),
		at(5, vocab.CarrierInTransit),
		at(9, vocab.CarrierInTransit),
		at(20, vocab.CarrierOutForDelivery),
		at(22, vocab.CarrierDelivered),
		corrected(25, vocab.CarrierProblem),
		at(30, vocab.CarrierOutForDelivery),
		at(31, vocab.CarrierDelivered),
		at(32, vocab.CarrierInTransit),
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	const (
		inTransit = vocab.CarrierInTransit
		delivered = vocab.CarrierDelivered
		returned  = vocab.CarrierReturned
		lost      = vocab.CarrierLost
		problem   = vocab.CarrierProblem
	)
	for name, test := range map[string]struct {
		events    []courier.Event
		want      vocab.CarrierStage
		delivered int // hours; 0 is not
	}{
		"nothing reported":     {nil, vocab.CarrierLabelled, 0},
		"the latest":           {[]courier.Event{at(2, problem), at(1, inTransit)}, problem, 0},
		"on after a problem":   {[]courier.Event{at(1, problem), at(2, inTransit)}, inTransit, 0},
		"the further at once":  {[]courier.Event{at(1, delivered), at(1, inTransit)}, delivered, 1},
		"delivered stays":      {[]courier.Event{at(1, delivered), at(2, inTransit)}, delivered, 1},
		"the first delivery":   {[]courier.Event{at(4, delivered), at(3, delivered)}, delivered, 3},
		"returned stays":       {[]courier.Event{at(1, returned), at(2, inTransit)}, returned, 0},
		"lost stays":           {[]courier.Event{at(1, lost), at(2, inTransit)}, lost, 0},
		"found":                {[]courier.Event{at(1, lost), at(2, delivered)}, delivered, 2},
		"delivered above lost": {[]courier.Event{at(1, delivered), at(2, lost)}, delivered, 1},
		"taken back": {
			[]courier.Event{at(1, delivered), corrected(2, problem)}, problem, 0},
		"taken back at its time": {
			[]courier.Event{at(1, delivered), corrected(1, inTransit)}, inTransit, 0},
		"taken back, then on": {
			[]courier.Event{at(1, delivered), corrected(2, problem), at(3, inTransit)},
			inTransit, 0},
		"corrected to final": {
			[]courier.Event{at(1, lost), corrected(2, returned), at(3, inTransit)}, returned, 0},
		"delivered at another time": {
			[]courier.Event{at(1, delivered), corrected(4, delivered)}, delivered, 4},
		"delivered after a correction": {
			[]courier.Event{corrected(1, problem), at(2, delivered)}, delivered, 2},
		"recorded": {recorded(), delivered, 31},
	} {
		stage, since := track.State(test.events)
		if stage != test.want {
			t.Errorf("%s: %s, want %s", name, stage, test.want)
		}
		var want *time.Time
		if test.delivered > 0 {
			want = &[]time.Time{day.Add(time.Duration(test.delivered) * time.Hour)}[0]
		}
		if (since == nil) != (want == nil) || since != nil && !since.Equal(*want) {
			t.Errorf("%s: delivered at %v, want %v", name, since, want)
		}
	}
}

// anyEvent repeats times, stages and words often, so that sets meet themselves.
func anyEvent() *rapid.Generator[courier.Event] {
	return rapid.Custom(func(t *rapid.T) courier.Event {
		return courier.Event{
			At: day.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "hour")) * time.Hour).
				Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "nanosecond"))),
			Stage:      rapid.SampledFrom(vocab.CarrierStages).Draw(t, "stage"),
			Text:       rapid.SampledFrom([]string{"", "已揽收", "在途"}).Draw(t, "text"),
			Location:   rapid.SampledFrom([]string{"", "上海"}).Draw(t, "location"),
			Correction: rapid.IntRange(0, 4).Draw(t, "correction") == 0,
		}
	})
}

// apply merges pushes one by one, as a server does, and returns what it keeps and every stage.
func apply(pushes [][]courier.Event) ([]courier.Event, []vocab.CarrierStage) {
	var known []courier.Event
	var stages []vocab.CarrierStage
	for _, reported := range pushes {
		known = append(known, track.Merge(known, reported)...)
		stage, _ := track.State(known)
		stages = append(stages, stage)
	}
	return known, stages
}

func sorted(events []courier.Event) []courier.Event { return track.Merge(nil, events) }

// drawPushes cuts events into snapshots that together hold all of them, some more than once.
func drawPushes(t *rapid.T, events []courier.Event) [][]courier.Event {
	var pushes [][]courier.Event
	left := rapid.Permutation(slices.Clone(events)).Draw(t, "order")
	for len(left) > 0 {
		n := rapid.IntRange(1, len(left)).Draw(t, "new")
		reported := slices.Clone(left[:n])
		left = left[n:]
		again := rapid.SliceOfN(rapid.SampledFrom(events), 0, 5).Draw(t, "again")
		pushes = append(pushes, rapid.Permutation(append(reported, again...)).Draw(t, "push"))
	}
	repeated := rapid.SliceOfN(rapid.SampledFrom(pushes), 0, 3).Draw(t, "repeated")
	return rapid.Permutation(append(pushes, repeated...)).Draw(t, "pushes")
}

func sameInEveryOrder(t *rapid.T, events []courier.Event) {
	wantStage, wantSince := track.State(events)
	known, _ := apply(drawPushes(t, events))
	stage, since := track.State(known)
	if stage != wantStage {
		t.Fatalf("%s, want %s", stage, wantStage)
	}
	if (since == nil) != (wantSince == nil) || since != nil && !since.Equal(*wantSince) {
		t.Fatalf("delivered at %v, want %v", since, wantSince)
	}
	if got, want := sorted(known), sorted(events); !slices.Equal(got, want) {
		t.Fatalf("keeps %v, want %v", got, want)
	}
	if len(known) != len(sorted(events)) {
		t.Fatalf("keeps %d events, reported were %d", len(known), len(sorted(events)))
	}
}

func TestRecordedPushesInAnyOrderAndRepetition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { sameInEveryOrder(t, recorded()) })
}

func TestAnyPushesInAnyOrderAndRepetition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sameInEveryOrder(t, rapid.SliceOfN(anyEvent(), 1, 12).Draw(t, "events"))
	})
}

// final are the final stages; without a correction a parcel moves among them only forward.
var final = []vocab.CarrierStage{
	vocab.CarrierLost, vocab.CarrierReturned, vocab.CarrierDelivered,
}

func TestNeverBackWithoutACorrection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain := anyEvent().Filter(func(e courier.Event) bool { return !e.Correction })
		events := rapid.SliceOfN(plain, 1, 12).Draw(t, "events")
		if rapid.Bool().Draw(t, "corrected before") {
			events = append(events, corrected(-1, vocab.CarrierProblem))
		}
		_, stages := apply(drawPushes(t, events))
		for i, stage := range stages[1:] {
			if slices.Index(final, stage) < slices.Index(final, stages[i]) {
				t.Fatalf("went %v", stages)
			}
		}
	})
}

func TestCorrectionAfterDelivery(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(anyEvent(), 0, 8).Draw(t, "events")
		events = append(events, at(6, vocab.CarrierDelivered))
		if stage, since := track.State(events); stage != vocab.CarrierDelivered || since == nil {
			t.Fatalf("%s since %v", stage, since)
		}
		to := rapid.SampledFrom(vocab.CarrierStages).Draw(t, "to")
		stage, since := track.State(append(events, corrected(7, to)))
		if stage != to || (since != nil) != (to == vocab.CarrierDelivered) {
			t.Fatalf("%s since %v, want %s", stage, since, to)
		}
	})
}

func TestWhatIsKeptHasTheFingerprintOfWhatWasTold(t *testing.T) {
	t.Parallel()
	reported := courier.Event{
		At:       day.Add(1234567 * time.Nanosecond).In(time.FixedZone("Shanghai", 8*3600)),
		Stage:    vocab.CarrierInTransit,
		Text:     strings.Repeat("运", 600) + "\xff",
		Location: "\xff" + strings.Repeat("x", 300),
	}
	added := track.Merge(nil, []courier.Event{reported, reported})
	if len(added) != 1 || track.Fingerprint(added[0]) != track.Fingerprint(reported) {
		t.Fatalf("added %+v", added)
	}
	if got := []rune(added[0].Text); len(got) != track.TextLimit {
		t.Errorf("%d characters of text", len(got))
	}
	if got := []rune(added[0].Location); len(got) != track.LocationLimit || got[0] != '\uFFFD' {
		t.Errorf("location %q", string(got))
	}
	if again := track.Merge(added, []courier.Event{reported}); len(again) != 0 {
		t.Errorf("reported again it is new: %+v", again)
	}
	changes := map[string]func(*courier.Event){
		"time":       func(e *courier.Event) { e.At = e.At.Add(time.Microsecond) },
		"stage":      func(e *courier.Event) { e.Stage = vocab.CarrierProblem },
		"text":       func(e *courier.Event) { e.Text = "y" },
		"location":   func(e *courier.Event) { e.Location = "y" },
		"correction": func(e *courier.Event) { e.Correction = true },
	}
	for what, change := range changes {
		other := reported
		change(&other)
		if track.Fingerprint(other) == track.Fingerprint(reported) {
			t.Errorf("another %s has the same fingerprint", what)
		}
	}
}
