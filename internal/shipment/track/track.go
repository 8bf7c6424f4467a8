package track

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// What is kept of a courier's words, in characters. Fingerprints are of what is kept.
const (
	TextLimit     = 500
	LocationLimit = 200
)

// Fingerprint identifies an event among those of its parcel. What was kept and read back has the
// fingerprint of what was told.
func Fingerprint(e courier.Event) [sha256.Size]byte {
	e = kept(e)
	hash := sha256.New()
	fmt.Fprintf(hash, "%d %t", e.At.UnixMicro(), e.Correction)
	for _, part := range []string{string(e.Stage), e.Text, e.Location} {
		fmt.Fprintf(hash, " %d:%s", len(part), part)
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

// Merge returns what is new in told, each event once, as it is to be kept and in the order in which
// it happened.
func Merge(known, told []courier.Event) []courier.Event {
	seen := make(map[[sha256.Size]byte]bool, len(known)+len(told))
	for _, e := range known {
		seen[Fingerprint(e)] = true
	}
	var added []courier.Event
	for _, e := range told {
		if id := Fingerprint(e); !seen[id] {
			seen[id] = true
			added = append(added, kept(e))
		}
	}
	slices.SortFunc(added, compare)
	return added
}

// State returns where a parcel is and, when that is DELIVERED, since when. Without events it is
// LABELLED: handed over, and the courier has told nothing.
func State(events []courier.Event) (stage vocab.CarrierStage, deliveredAt *time.Time) {
	if len(events) == 0 {
		return vocab.CarrierLabelled, nil
	}
	valid := sinceCorrection(slices.SortedFunc(slices.Values(events), compare))
	told := valid[len(valid)-1]
	for _, e := range valid {
		if weight(e.Stage) > weight(told.Stage) {
			told = e
		}
	}
	if !vocab.ParcelDelivered.Has(told.Stage) {
		return told.Stage, nil
	}
	first := slices.IndexFunc(valid, func(e courier.Event) bool {
		return vocab.ParcelDelivered.Has(e.Stage)
	})
	at := kept(valid[first]).At
	return vocab.CarrierDelivered, &at
}

// sinceCorrection cuts off what the last correction took back, and what is older than that.
func sinceCorrection(sorted []courier.Event) []courier.Event {
	for i, e := range slices.Backward(sorted) {
		if e.Correction {
			return sorted[i:]
		}
	}
	return sorted
}

// weight orders the final stages among each other; all others are 0 and give way to them.
func weight(stage vocab.CarrierStage) int {
	switch {
	case vocab.ParcelDelivered.Has(stage):
		return 3
	case vocab.ParcelReturned.Has(stage):
		return 2
	case vocab.ParcelLost.Has(stage):
		return 1
	default:
		return 0
	}
}

// compare orders events by time. At the same time a correction comes last, and the further stage
// after the less far one; the words only make the order total.
func compare(a, b courier.Event) int {
	a, b = kept(a), kept(b)
	return cmp.Or(
		a.At.Compare(b.At),
		cmp.Compare(rank(a), rank(b)),
		cmp.Compare(a.Stage, b.Stage),
		cmp.Compare(a.Text, b.Text),
		cmp.Compare(a.Location, b.Location),
	)
}

func rank(e courier.Event) int {
	at := slices.Index(vocab.CarrierStages, e.Stage)
	if e.Correction {
		at += len(vocab.CarrierStages) + 1
	}
	return at
}

// kept is an event as the database keeps it: microseconds of UTC, valid and bounded text.
func kept(e courier.Event) courier.Event {
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Text = clip(e.Text, TextLimit)
	e.Location = clip(e.Location, LocationLimit)
	return e
}

func clip(text string, limit int) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	seen := 0
	for at := range text {
		if seen == limit {
			return text[:at]
		}
		seen++
	}
	return text
}
