package money_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/money"
)

func TestAllocate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		total         int64
		weights, want []int64
	}{
		{"nothing to nobody", 0, nil, []int64{}},
		{"ties go to the earlier", 10, []int64{1, 1, 1}, []int64{4, 3, 3}},
		{"largest remainder", 10, []int64{1, 2, 4}, []int64{1, 3, 6}},
		{"zero weight gets nothing", 7, []int64{0, 3, 0, 3}, []int64{0, 4, 0, 3}},
		{"all zero is even", 5, []int64{0, 0, 0}, []int64{2, 2, 1}},
		{"large", math.MaxInt64, []int64{math.MaxInt64 - 1, 1}, []int64{math.MaxInt64 - 1, 1}},
	} {
		if got := money.Allocate(c.total, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAllocateCapped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                string
		total               int64
		weights, caps, want []int64
	}{
		{"no cap matters", 10, []int64{1, 1, 1}, []int64{9, 9, 9}, []int64{4, 3, 3}},
		{"overflow goes on", 10, []int64{8, 1, 1}, []int64{2, 9, 9}, []int64{2, 4, 4}},
		{"twice", 10, []int64{8, 4, 1}, []int64{2, 3, 9}, []int64{2, 3, 5}},
		{"zero weight comes last", 10, []int64{1, 0, 0}, []int64{4, 2, 9}, []int64{4, 2, 4}},
		{"less room than total", 10, []int64{1, 2}, []int64{3, 4}, []int64{3, 4}},
		{"no room", 10, []int64{1, 0}, []int64{0, 0}, []int64{0, 0}},
	} {
		if got := money.AllocateCapped(c.total, c.weights, c.caps); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// amounts draws n amounts, small ones and zeros often.
func amounts(t *rapid.T, label string, n int) []int64 {
	one := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 10_000),
		rapid.Int64Range(0, money.Max))
	return rapid.SliceOfN(one, n, n).Draw(t, label)
}

func TestAllocateIsExactAndProportional(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := amounts(t, "weights", rapid.IntRange(1, 30).Draw(t, "n"))
		total := amounts(t, "total", 1)[0]
		parts := money.Allocate(total, weights)
		sum := sumOf(weights)
		if sumOf(parts) != total {
			t.Fatalf("%v do not add up to %d", parts, total)
		}
		if sum == 0 {
			return
		}
		for i, w := range weights {
			floor := new(big.Int).Mul(big.NewInt(total), big.NewInt(w))
			floor.Div(floor, big.NewInt(sum))
			if over := parts[i] - floor.Int64(); over < 0 || over > 1 {
				t.Fatalf("part %d is %d, want %v or one more", i, parts[i], floor)
			}
			if total <= sum && parts[i] > w {
				t.Fatalf("part %d is %d, above its weight %d", i, parts[i], w)
			}
		}
	})
}

func TestAllocateCappedIsExactAndWithinCaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "n")
		weights, caps := amounts(t, "weights", n), amounts(t, "caps", n)
		room := sumOf(caps)
		total := rapid.Int64Range(0, room+room/4).Draw(t, "total")
		parts := money.AllocateCapped(total, weights, caps)
		if sumOf(parts) != min(total, room) {
			t.Fatalf("%v do not add up to %d", parts, min(total, room))
		}
		// Of two parts with room left, neither is more than a unit away from its weight's due.
		for i := range parts {
			if parts[i] < 0 || parts[i] > caps[i] {
				t.Fatalf("part %d is %d, cap %d", i, parts[i], caps[i])
			}
			for j := range parts {
				if parts[i] < caps[i] && behind(parts[i]+1, weights[i], parts[j]-1, weights[j]) {
					t.Fatalf("part %d of %v has room and less than its due", i, parts)
				}
			}
		}
	})
}

// behind reports whether a/weight is below b/other, for a weight above 0.
func behind(a, weight, b, other int64) bool {
	if weight == 0 || b < 0 {
		return false
	}
	return new(big.Int).Mul(big.NewInt(a), big.NewInt(other)).
		Cmp(new(big.Int).Mul(big.NewInt(b), big.NewInt(weight))) < 0
}

// Every way of refunding a line unit by unit or in bundles returns exactly what was paid, also when
// the line is split between refunds.
func TestRefundsReturnWhatWasPaid(t *testing.T) {
	t.Parallel()
	type line struct{ left, units int64 }
	rapid.Check(t, func(t *rapid.T) {
		paid := rapid.Int64Range(0, money.Max).Draw(t, "paid")
		lines := []line{{paid, rapid.Int64Range(1, 40).Draw(t, "units")}}
		var refunded int64
		for len(lines) > 0 {
			i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			l := &lines[i]
			n := rapid.Int64Range(1, l.units).Draw(t, "n")
			part := money.Portion(l.left, n, l.units)
			l.left -= part
			l.units -= n
			if l.units == 0 {
				if l.left != 0 {
					t.Fatalf("%d left of a line without units", l.left)
				}
				refunded += part
				lines = slices.Delete(lines, i, i+1)
			} else if rapid.Bool().Draw(t, "split") {
				lines = append(lines, line{part, n})
			} else {
				refunded += part
			}
		}
		if refunded != paid {
			t.Fatalf("refunded %d of %d", refunded, paid)
		}
	})
}

func FuzzAllocateCapped(f *testing.F) {
	f.Add(int64(10), int64(8), int64(1), int64(1), int64(2), int64(9), int64(9))
	f.Fuzz(func(t *testing.T, total, w1, w2, w3, c1, c2, c3 int64) {
		const contract = math.MaxInt64 >> 2 // three of them add up to an int64
		total &= contract
		weights := []int64{w1 & contract, w2 & contract, w3 & contract}
		caps := []int64{c1 & contract, c2 & contract, c3 & contract}
		parts := money.AllocateCapped(total, weights, caps)
		if sumOf(parts) != min(total, sumOf(caps)) {
			t.Fatalf("%v do not add up to %d", parts, total)
		}
		for i := range parts {
			if parts[i] < 0 || parts[i] > caps[i] {
				t.Fatalf("part %d is %d, cap %d", i, parts[i], caps[i])
			}
		}
	})
}

func sumOf(amounts []int64) (sum int64) {
	for _, a := range amounts {
		sum += a
	}
	return sum
}
