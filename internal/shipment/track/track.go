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

// Lengths of the texts of a courier that are kept, in characters. Fingerprints are of kept texts.
const (
	TextLimit     = 500
	LocationLimit = 200
)

// Fingerprint identifies an event among those of its parcel. An event that was stored and read back
// has the same fingerprint.
func Fingerprint(e courier.Event) [sha256.Size]byte {
	e = normalise(e)
	hash := sha256.New()
	fmt.Fprintf(hash, "%d %t", e.At.UnixMicro(), e.Correction)
	for _, part := range []string{string(e.Stage), e.Text, e.Location} {
		fmt.Fprintf(hash, " %d:%s", len(part), part)
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

// Merge returns the new events among those reported, each once, normalised for storage and ordered
// by time.
func Merge(known, reported []courier.Event) []courier.Event {
	seen := make(map[[sha256.Size]byte]bool, len(known)+len(reported))
	for _, e := range known {
		seen[Fingerprint(e)] = true
	}
	var added []courier.Event
	for _, e := range reported {
		if id := Fingerprint(e); !seen[id] {
			seen[id] = true
			added = append(added, normalise(e))
		}
	}
	slices.SortFunc(added, compare)
	return added
}

// State returns where a parcel is and, when that is DELIVERED, since when. Without events it is
// LABELLED: handed over, and the courier has reported nothing.
func State(events []courier.Event) (stage vocab.CarrierStage, deliveredAt *time.Time) {
	if len(events) == 0 {
		return vocab.CarrierLabelled, nil
	}
	valid := sinceCorrection(slices.SortedFunc(slices.Values(events), compare))
	last := valid[len(valid)-1]
	for _, e := range valid {
		if weight(e.Stage) > weight(last.Stage) {
			last = e
		}
	}
	if !vocab.ParcelDelivered.Has(last.Stage) {
		return last.Stage, nil
	}
	first := slices.IndexFunc(valid, func(e courier.Event) bool {
		return vocab.ParcelDelivered.Has(e.Stage)
	})
	at := normalise(valid[first]).At
	return vocab.CarrierDelivered, &at
}

// sinceCorrection drops what the last correction revoked, and what is older than that.
func sinceCorrection(sorted []courier.Event) []courier.Event {
	for i, e := range slices.Backward(sorted) {
		if e.Correction {
			return sorted[i:]
		}
	}
	return sorted
}

// weight orders the final stages; all others are 0 and yield to them.
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
// after the less far one; the texts only make the order total.
func compare(a, b courier.Event) int {
	a, b = normalise(a), normalise(b)
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

// normalise returns an event as the database stores it: microseconds of UTC, valid and bounded
// text.
func normalise(e courier.Event) courier.Event {
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
