package globalid_test

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderflow/internal/globalid"
)

// endless is entropy that repeats one byte.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestIDsIncreaseWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMilli(1_800_000_000_000)
		entropy := endless(rapid.Byte().Draw(t, "entropy"))
		source := globalid.NewSource(func() time.Time { return now }, entropy)
		kind := rapid.SampledFrom(kinds()).Draw(t, "kind")
		var last globalid.ID
		steps := rapid.SliceOfN(rapid.IntRange(-3, 3), 1, 100).Draw(t, "steps")
		for _, ms := range steps {
			now = now.Add(time.Duration(ms) * time.Millisecond)
			id := source.New(kind)
			if id.Compare(last) <= 0 {
				t.Fatalf("%s after %s", id, last)
			}
			if strings.Compare(id.String(), last.String()) <= 0 {
				t.Fatalf("the texts do not sort: %s after %s", id, last)
			}
			if id.Kind() != kind {
				t.Fatalf("kind %d, want %d", id.Kind(), kind)
			}
			last = id
		}
	})
}

func TestIDsTellTheirTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 6, 0, 0, 123_456_789, time.UTC)
	source := globalid.NewSource(func() time.Time { return at }, endless(0xff))
	if got, want := source.New(globalid.Refund).Time(), at.Truncate(time.Millisecond); got != want {
		t.Errorf("made at %v, want %v", got, want)
	}
}

func TestConcurrentIDsAreDistinct(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 500
	source := globalid.NewSource(func() time.Time { return time.UnixMilli(1) }, endless(7))
	made := make([][]globalid.ID, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				made[w] = append(made[w], source.New(globalid.Payment))
			}
		})
	}
	wg.Wait()
	for w, own := range made {
		if !slices.IsSortedFunc(own, globalid.ID.Compare) {
			t.Errorf("the ids of worker %d do not increase", w)
		}
	}
	all := slices.Concat(made...)
	slices.SortFunc(all, globalid.ID.Compare)
	if n := len(slices.Compact(all)); n != workers*each {
		t.Errorf("%d distinct ids of %d", n, workers*each)
	}
}

func TestWithoutEntropyThereIsNoID(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("an id was made without entropy")
		}
	}()
	globalid.NewSource(time.Now, bytes.NewReader(nil)).New(globalid.Order)
}
