// Package fault is the one coded error type of orderflow and the one list of codes.
//
// A fault is an outcome that a user can cause and understand. Everything else is an ordinary error:
// it is logged with a request id and leaves the server as INTERNAL, without its text.
package fault
