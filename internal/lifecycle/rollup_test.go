package lifecycle_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

var dawn = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

func TestRollUp(t *testing.T) {
	t.Parallel()
	closed := func(reason vocab.CloseReason, after time.Duration) lifecycle.Child {
		return lifecycle.Child{
			Status: vocab.Closed, Reason: reason, ClosedAt: dawn.Add(after),
		}
	}
	in := func(status vocab.TradeStatus) lifecycle.Child {
		return lifecycle.Child{Status: status}
	}
	for name, tc := range map[string]struct {
		children []lifecycle.Child
		status   vocab.TradeStatus
		reason   vocab.CloseReason
	}{
		"none": {nil, "", ""},
		"all the same": {[]lifecycle.Child{in(vocab.Received), in(vocab.Received)},
			vocab.Received, ""},
		"one waits, one is sent": {
			[]lifecycle.Child{in(vocab.AwaitingShipment), in(vocab.Shipped)},
			vocab.PartiallyShipped, ""},
		"one waits, one is partly sent": {
			[]lifecycle.Child{in(vocab.PartiallyShipped), in(vocab.AwaitingShipment)},
			vocab.PartiallyShipped, ""},
		"one partly sent, one completed": {
			[]lifecycle.Child{in(vocab.Completed), in(vocab.PartiallyShipped)},
			vocab.PartiallyShipped, ""},
		"all sent, one received": {
			[]lifecycle.Child{in(vocab.Received), in(vocab.Shipped)},
			vocab.Shipped, ""},
		"closed ones are left out": {
			[]lifecycle.Child{closed(vocab.OutOfStock, 0), in(vocab.AwaitingShipment)},
			vocab.AwaitingShipment, ""},
		"all closed, the last one's reason": {
			[]lifecycle.Child{closed(vocab.OutOfStock, 2), closed(vocab.Refunded, 1)},
			vocab.Closed, vocab.OutOfStock},
		"closed together": {
			[]lifecycle.Child{closed(vocab.OutOfStock, 1), closed(vocab.Refunded, 1)},
			vocab.Closed, vocab.Refunded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, reason := lifecycle.RollUp(tc.children)
			if status != tc.status || reason != tc.reason {
				t.Errorf("%s %s, want %s %s", status, reason, tc.status, tc.reason)
			}
		})
	}
}

func children() *rapid.Generator[[]lifecycle.Child] {
	return rapid.Custom(func(t *rapid.T) []lifecycle.Child {
		paid := vocab.TradeStatuses[2:]
		statuses := rapid.SliceOfN(rapid.SampledFrom(paid), 1, 6).Draw(t, "statuses")
		all := make([]lifecycle.Child, len(statuses))
		for i, status := range statuses {
			all[i].Status = status
			if status == vocab.Closed {
				all[i].Reason = rapid.SampledFrom(vocab.CloseReasons).Draw(t, "reason")
				// Distinct moments, in no particular order.
				all[i].ClosedAt = dawn.Add(time.Duration(i*7%len(statuses)) * time.Hour).
					Add(time.Duration(i))
			}
		}
		return all
	})
}

func TestRollUpDoesNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := children().Draw(t, "children")
		status, reason := lifecycle.RollUp(all)
		shuffled := rapid.Permutation(all).Draw(t, "shuffled")
		if s, r := lifecycle.RollUp(shuffled); s != status || r != reason {
			t.Fatalf("%s %s, shuffled %s %s", status, reason, s, r)
		}
	})
}

func TestRollUpIgnoresClosedUnlessAllAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := children().Draw(t, "children")
		status, reason := lifecycle.RollUp(all)
		open := slices.DeleteFunc(slices.Clone(all), func(c lifecycle.Child) bool {
			return c.Status == vocab.Closed
		})
		if (status == vocab.Closed) != (len(open) == 0) {
			t.Fatalf("%s with %d open", status, len(open))
		}
		if (reason != "") != (status == vocab.Closed) {
			t.Fatalf("%s with reason %q", status, reason)
		}
		if len(open) == 0 {
			return
		}
		if without, _ := lifecycle.RollUp(open); without != status {
			t.Fatalf("%s, without the closed ones %s", status, without)
		}
	})
}

func TestRollUpLiesBetweenLeastAndMost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var open []vocab.TradeStatus
		all := children().Draw(t, "children")
		for _, c := range all {
			if c.Status != vocab.Closed {
				open = append(open, c.Status)
			}
		}
		if len(open) == 0 {
			return
		}
		status, _ := lifecycle.RollUp(all)
		least := slices.MinFunc(open, vocab.TradeStatus.Compare)
		most := slices.MaxFunc(open, vocab.TradeStatus.Compare)
		if status.Compare(least) < 0 || status.Compare(most) > 0 {
			t.Fatalf("%s is not between %s and %s", status, least, most)
		}
		if least == most && status != least {
			t.Fatalf("all are %s, the order is %s", least, status)
		}
		if least.Compare(vocab.Shipped) >= 0 && status != least {
			t.Fatalf("all are sent, the least is %s, the order is %s", least, status)
		}
	})
}

// A sub-order that moves on never moves its order back.
func TestRollUpNeverFallsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := children().Draw(t, "children")
		before, _ := lifecycle.RollUp(all)
		i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
		further := slices.DeleteFunc(slices.Clone(vocab.TradeStatuses),
			func(s vocab.TradeStatus) bool {
				return s == vocab.Closed || s.Compare(all[i].Status) < 0
			})
		if all[i].Status == vocab.Closed {
			return
		}
		all[i].Status = rapid.SampledFrom(further).Draw(t, "to")
		if after, _ := lifecycle.RollUp(all); after.Compare(before) < 0 {
			t.Fatalf("%s, then %s", before, after)
		}
	})
}
