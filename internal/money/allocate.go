package money

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// Allocate divides total into one part per weight, by largest remainder; of equal remainders the
// earlier part gets the unit. The parts add up to total exactly. A part with weight 0 gets nothing,
// unless all weights are 0: then all count alike.
//
// With total ≤ Σ weights no part exceeds its weight. It panics when total or a weight is negative,
// when Σ weights does not fit in an int64, and when there is something to divide but no part.
func Allocate(total int64, weights []int64) []int64 {
	notNegative(total)
	notNegative(weights...)
	parts := make([]int64, len(weights))
	if total == 0 {
		return parts
	}
	if len(weights) == 0 {
		panic("money: nothing to allocate to")
	}
	sum := sumOf(weights)
	if sum == 0 {
		weights, sum = alike(len(weights)), int64(len(weights))
	}
	remainders := make([]int64, len(weights))
	left := total
	for i, w := range weights {
		parts[i], remainders[i] = divide(total, w, sum)
		left -= parts[i]
	}
	if left == 0 {
		return parts
	}
	order := indices(len(weights))
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(remainders[b], remainders[a])
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}

// AllocateCapped is Allocate with no part above its cap: what a full part cannot take goes to the
// others by their weights, and to those with weight 0 (all alike) only when no other has room. The
// parts add up to total, or to Σ caps when that is less. It panics as Allocate does (Σ caps has to
// fit as well), and when there are not as many caps as weights.
func AllocateCapped(total int64, weights, caps []int64) []int64 {
	if len(weights) != len(caps) {
		panic("money: not one cap per weight")
	}
	notNegative(total)
	notNegative(weights...)
	notNegative(caps...)
	parts := make([]int64, len(caps))
	total = min(total, sumOf(caps))
	var weighted, rest []int
	for i, w := range weights {
		if w > 0 {
			weighted = append(weighted, i)
		} else {
			rest = append(rest, i)
		}
	}
	total = fill(parts, total, weighted, weights, caps)
	fill(parts, total, rest, alike(len(caps)), caps)
	return parts
}

// fill allocates total to the named parts and returns what exceeds their caps. Parts are visited in
// the order in which they become full, so that one pass finds all full ones; the others take the
// rest, and as each one's exact part is below its cap, so is the rounded one.
func fill(parts []int64, total int64, which []int, weights, caps []int64) int64 {
	slices.SortStableFunc(which, func(a, b int) int {
		return compareProducts(caps[a], weights[b], caps[b], weights[a])
	})
	var sum int64
	for _, i := range which {
		sum = checkedSum(sum, weights[i])
	}
	for len(which) > 0 {
		i := which[0]
		if compareProducts(caps[i], sum, total, weights[i]) > 0 {
			break
		}
		parts[i] = caps[i]
		total -= caps[i]
		sum -= weights[i]
		which = which[1:]
	}
	if len(which) == 0 {
		return total
	}
	slices.Sort(which) // ties go to the earlier part
	shares := make([]int64, len(which))
	for n, i := range which {
		shares[n] = weights[i]
	}
	for n, part := range Allocate(total, shares) {
		parts[which[n]] = part
	}
	return 0
}

// compareProducts compares a·b with c·d.
func compareProducts(a, b, c, d int64) int {
	hi1, lo1 := bits.Mul64(uint64(a), uint64(b))
	hi2, lo2 := bits.Mul64(uint64(c), uint64(d))
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

func sumOf(amounts []int64) (sum int64) {
	for _, a := range amounts {
		sum = checkedSum(sum, a)
	}
	return sum
}

func checkedSum(a, b int64) int64 {
	if b > math.MaxInt64-a {
		panic("money: the sum of weights does not fit")
	}
	return a + b
}

func alike(n int) []int64 {
	return slices.Repeat([]int64{1}, n)
}

func indices(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}
