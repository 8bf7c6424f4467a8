package lifecycle_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderflow/internal/lifecycle"
)

var dawn = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

func TestRollUp(t *testing.T) {
	t.Parallel()
	closed := func(reason lifecycle.CloseReason, after time.Duration) lifecycle.Child {
		return lifecycle.Child{
			Status: lifecycle.Closed, Reason: reason, ClosedAt: dawn.Add(after),
		}
	}
	in := func(status lifecycle.TradeStatus) lifecycle.Child {
		return lifecycle.Child{Status: status}
	}
	for name, tc := range map[string]struct {
		children []lifecycle.Child
		status   lifecycle.TradeStatus
		reason   lifecycle.CloseReason
	}{
		"none": {nil, "", ""},
		"all the same": {[]lifecycle.Child{in(lifecycle.Received), in(lifecycle.Received)},
			lifecycle.Received, ""},
		"one waits, one is sent": {
			[]lifecycle.Child{in(lifecycle.AwaitingShipment), in(lifecycle.Shipped)},
			lifecycle.PartiallyShipped, ""},
		"one waits, one is partly sent": {
			[]lifecycle.Child{in(lifecycle.PartiallyShipped), in(lifecycle.AwaitingShipment)},
			lifecycle.PartiallyShipped, ""},
		"one partly sent, one completed": {
			[]lifecycle.Child{in(lifecycle.Completed), in(lifecycle.PartiallyShipped)},
			lifecycle.PartiallyShipped, ""},
		"all sent, one received": {
			[]lifecycle.Child{in(lifecycle.Received), in(lifecycle.Shipped)},
			lifecycle.Shipped, ""},
		"closed ones are left out": {
			[]lifecycle.Child{closed(lifecycle.OutOfStock, 0), in(lifecycle.AwaitingShipment)},
			lifecycle.AwaitingShipment, ""},
		"all closed, the last one's reason": {
			[]lifecycle.Child{closed(lifecycle.OutOfStock, 2), closed(lifecycle.Refunded, 1)},
			lifecycle.Closed, lifecycle.OutOfStock},
		"closed together": {
			[]lifecycle.Child{closed(lifecycle.OutOfStock, 1), closed(lifecycle.Refunded, 1)},
			lifecycle.Closed, lifecycle.Refunded},
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
		paid := lifecycle.TradeStatuses[2:]
		statuses := rapid.SliceOfN(rapid.SampledFrom(paid), 1, 6).Draw(t, "statuses")
		all := make([]lifecycle.Child, len(statuses))
		for i, status := range statuses {
			all[i].Status = status
			if status == lifecycle.Closed {
				all[i].Reason = rapid.SampledFrom(lifecycle.CloseReasons).Draw(t, "reason")
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
			return c.Status == lifecycle.Closed
		})
		if (status == lifecycle.Closed) != (len(open) == 0) {
			t.Fatalf("%s with %d open", status, len(open))
		}
		if (reason != "") != (status == lifecycle.Closed) {
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
		var open []lifecycle.TradeStatus
		all := children().Draw(t, "children")
		for _, c := range all {
			if c.Status != lifecycle.Closed {
				open = append(open, c.Status)
			}
		}
		if len(open) == 0 {
			return
		}
		status, _ := lifecycle.RollUp(all)
		least := slices.MinFunc(open, lifecycle.TradeStatus.Compare)
		most := slices.MaxFunc(open, lifecycle.TradeStatus.Compare)
		if status.Compare(least) < 0 || status.Compare(most) > 0 {
			t.Fatalf("%s is not between %s and %s", status, least, most)
		}
		if least == most && status != least {
			t.Fatalf("all are %s, the order is %s", least, status)
		}
		if least.Compare(lifecycle.Shipped) >= 0 && status != least {
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
		further := slices.DeleteFunc(slices.Clone(lifecycle.TradeStatuses),
			func(s lifecycle.TradeStatus) bool {
				return s == lifecycle.Closed || s.Compare(all[i].Status) < 0
			})
		if all[i].Status == lifecycle.Closed {
			return
		}
		all[i].Status = rapid.SampledFrom(further).Draw(t, "to")
		if after, _ := lifecycle.RollUp(all); after.Compare(before) < 0 {
			t.Fatalf("%s, then %s", before, after)
		}
	})
}
