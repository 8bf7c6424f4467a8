// Package exec is what the generated code of the API calls in place of gqlgen's own runtime where
// that starts a goroutine or keeps what only @defer needs: lists and objects are resolved one
// after the other, by the goroutine of their root field.
//
// It owns how lists and objects of a response are resolved and written. It knows no type of the
// schema. The command internal/tools/gqlgen writes the calls into graph/generated.
//
// Invariants:
//   - The response is byte for byte that of gqlgen.
//   - A panic in an element of a list makes the list empty and is an error at that element; the
//     other elements are resolved.
package exec
