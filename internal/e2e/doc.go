// Package e2e proves whole paths of an order on the program itself: its tests build the binary, run
// it as a process on a database of its own, call its public API, kill it, start it again, and ask
// the peer's ledger and `orderflow verify` what is true in the end. It has no code but tests.
//
// The sandbox channel lives in the test's process, so that it outlives a killed server.
package e2e
