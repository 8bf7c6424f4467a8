// Package text knows what people may write: the normal form of a text, and what is refused.
//
// It does not own how long a text may be, which is in package limit or of the command, and it
// does not know which field a text is of.
//
// Invariants:
//   - A text that is not wrong stays right in its normal form, and the normal form of a normal form
//     is itself.
//   - A normal text is empty, or shows something.
package text
