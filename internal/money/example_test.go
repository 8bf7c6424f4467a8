package money_test

import (
	"fmt"

	"orderflow/internal/money"
)

// Amounts are integers of minor units: 1230 fen are 12.30 yuan, 1230 yen are 1230 yen.
func ExampleMoney_Text() {
	fmt.Println(money.Money{Amount: 1230, Currency: money.CNY}.Text())
	fmt.Println(money.Money{Amount: -105, Currency: money.GBP}.Text())
	fmt.Println(money.Money{Amount: 1230, Currency: money.JPY}.Text())
	// Output:
	// ¥12.30
	// -£1.05
	// ¥1230
}

// A discount of 1.00 on three lines of 3.30, 3.30 and 3.40 is divided by their amounts. The cent
// that is left goes to the largest remainder, so the parts add up to the discount.
func ExampleAllocate() {
	parts := money.Allocate(100, []int64{330, 330, 340})
	fmt.Println(parts, parts[0]+parts[1]+parts[2])

	fmt.Println(money.Allocate(100, []int64{1, 1, 1}))
	// Output:
	// [33 33 34] 100
	// [34 33 33]
}

// No line gives more than it has left: what a full part cannot take goes to the others.
func ExampleAllocateCapped() {
	weights := []int64{500, 500}
	left := []int64{20, 500}
	fmt.Println(money.AllocateCapped(100, weights, left))
	fmt.Println(money.AllocateCapped(1000, weights, left))
	// Output:
	// [20 80]
	// [20 500]
}

// Three units were paid with 10.00 and are refunded one by one. Each refund is a portion of what is
// left; the last one takes the rest, so nothing is lost by rounding.
func ExamplePortion() {
	left := int64(1000)
	for units := int64(3); units > 0; units-- {
		refund := money.Portion(left, 1, units)
		left -= refund
		fmt.Println(refund, "back,", left, "left")
	}
	// Output:
	// 333 back, 667 left
	// 333 back, 334 left
	// 334 back, 0 left
}

// Sums and products of input are checked: above money.Max there is no amount.
func ExampleMul() {
	fmt.Println(money.Mul(1999, 3))
	_, ok := money.Mul(money.Max, 2)
	fmt.Println(ok)
	// Output:
	// 5997 true
	// false
}
