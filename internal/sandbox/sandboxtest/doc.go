// Package sandboxtest is what the tests of both sandboxes use: clocks that stand still, an address
// that receives messages, and requests of a shell.
//
// It owns no assertion about a sandbox; those are in the tests and in the conformance suites of the
// ports.
package sandboxtest
