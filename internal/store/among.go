package store

import "strings"

// Among is the condition that a column is one of values, of which there must be one: they are added
// to the arguments of the statement.
func Among[T any](args *[]any, values []T) string {
	for _, v := range values {
		*args = append(*args, v)
	}
	return " IN (?" + strings.Repeat(", ?", len(values)-1) + ")"
}
