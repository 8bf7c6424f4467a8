// Package money is the arithmetic of amounts: integers of minor units with a currency, divided so
// that every cent has a place. It owns no prices, no discounts and no rounding rule but two: parts
// of a whole go by largest remainder, and a portion is rounded down.
//
// Nothing here overflows silently. Products are taken in 128 bits; what cannot be a result panics,
// because amounts are bounded by Max where they enter and a panic is then a bug of the caller.
package money
