// Package limit lists the bounds on what people hold, repeat and write, each with its name, its
// number and the code of its refusal. A row of the table in docs/security.md is a row here, and a
// test plays each.
//
// It does not own what is counted and when: the command that is bounded counts under the lock that
// it holds anyway, or on what it has loaded, and asks the row here.
//
// Invariants:
//   - A refusal says the limit and, where waiting helps, until when.
//   - What the server does by itself (a deadline, a courier, a channel) is never refused by a
//     limit.
package limit
