// Package e2e tests the lifecycle of orders on the program itself: its tests build the binary, run
// it as a process on a database of its own, call its public API, kill it and start it again. In the
// end they check the ledger of the channel and run `orderflow verify`. It has no code but tests.
//
// The sandbox channel lives in the test's process, so that it outlives a killed server.
package e2e
