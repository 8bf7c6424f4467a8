// Package testschema is a small generated GraphQL schema on which gqlserver is tested: each field
// shows one behaviour of a transport, a limit or an error.
package testschema

//go:generate go run orderflow/internal/tools/gqlgen -unchanged
