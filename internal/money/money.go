package money

import (
	"fmt"
	"math/bits"
)

// Max bounds every amount of the system, so that JSON numbers carry it exactly.
const Max int64 = 1 << 53

// Currency is a code of three capital letters, such as CNY.
type Currency string

// The currencies with a symbol of their own.
const (
	CNY Currency = "CNY"
	GBP Currency = "GBP"
	USD Currency = "USD"
	EUR Currency = "EUR"
	JPY Currency = "JPY"
)

// Valid reports whether c is three capital letters.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	for _, r := range []byte(c) {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

// Exponent is how many decimal digits the minor unit has; 2 for a currency without a symbol here.
func (c Currency) Exponent() int {
	if c == JPY {
		return 0
	}
	return 2
}

// symbol is what stands before an amount; empty when the code stands after it.
func (c Currency) symbol() string {
	switch c {
	case CNY, JPY:
		return "¥"
	case GBP:
		return "£"
	case USD:
		return "$"
	case EUR:
		return "€"
	}
	return ""
}

// Money is an amount of minor units of a currency.
type Money struct {
	Amount   int64
	Currency Currency
}

// Text is the amount for people: "¥12.30", "-£1.05", "12.30 XYZ".
func (m Money) Text() string {
	sign, abs := "", uint64(m.Amount)
	if m.Amount < 0 {
		sign, abs = "-", -abs
	}
	digits := fmt.Sprintf("%d.%02d", abs/100, abs%100)
	if m.Currency.Exponent() == 0 {
		digits = fmt.Sprint(abs)
	}
	if symbol := m.Currency.symbol(); symbol != "" {
		return sign + symbol + digits
	}
	return sign + digits + " " + string(m.Currency)
}

// Add is a+b of two amounts that are not negative; ok is false when the sum is above Max.
func Add(a, b int64) (sum int64, ok bool) {
	notNegative(a, b)
	if a > Max || b > Max-a {
		return 0, false
	}
	return a + b, true
}

// Mul is a·b of two amounts that are not negative; ok is false when the product is above Max.
func Mul(a, b int64) (product int64, ok bool) {
	notNegative(a, b)
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi != 0 || lo > uint64(Max) {
		return 0, false
	}
	return int64(lo), true
}

// Portion is ⌊total·n/of⌋, the arithmetic of refunds and splits: with R left on r units, n units
// give Portion(R, n, r), and all r give R. It needs 0 ≤ n ≤ of, of > 0 and total ≥ 0, and panics
// otherwise.
func Portion(total int64, n, of int64) int64 {
	notNegative(total, n)
	if of <= 0 || n > of {
		panic(fmt.Sprintf("money: portion %d of %d", n, of))
	}
	part, _ := divide(total, n, of)
	return part
}

// divide is the quotient and remainder of a·b/c for b ≤ c, so that the quotient fits.
func divide(a, b, c int64) (quotient, remainder int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(hi, lo, uint64(c))
	return int64(q), int64(r)
}

func notNegative(amounts ...int64) {
	for _, a := range amounts {
		if a < 0 {
			panic(fmt.Sprintf("money: negative amount %d", a))
		}
	}
}
