// Package graph is the GraphQL API: its resolvers turn inputs into commands of the nouns, and read
// the results through package graph/read.
//
// It owns the endpoint (server.go), the directives, inputs (input_*.go), payloads and user errors
// (payload*.go), subscriptions (stream*.go) and the simulated clock. It decides nothing: what may
// be done is in the nouns' packages, what a viewer sees and may do now is in graph/read.
//
// The schema in schema/ is written by hand, one file per noun; graph/generated, the file
// graph/view/generated.go and the signatures in *.resolvers.go come from it (go generate).
// Resolvers are a few lines; what they share stands in the other files, because generation moves
// helpers out of theirs.
//
// Invariants:
//   - Everything read for a response is read by Resolver.read, never by the client of commands.
//   - A mutation runs its command, which commits, and then reads the result anew. What a user can
//     cause is in userErrors; a missing token, a role that may never do it and failures are errors
//     of the response.
package graph

//go:generate go run orderflow/internal/tools/gqlgen
