// Package toolstest runs the tests of the tools that start the program as a server. It builds the
// program; starting and stopping it is for the tests.
//
// Invariant: the program is built once for each test binary, in a folder that is removed.
package toolstest
