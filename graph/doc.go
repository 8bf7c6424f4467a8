// Package graph is the GraphQL API: it turns inputs into commands of the nouns and reads what they
// made, through a client that shows only what the viewer may see.
//
// The schema in schema/ is written by hand, one file per noun; graph/generated, the file
// graph/view/generated.go and the signatures in *.resolvers.go come from it (go generate).
// Resolvers are a few lines; what they share is in the other files, because generation moves
// helpers out of theirs.
//
// Invariants:
//   - Everything read for an answer is read by Resolver.read, never by the client of commands: lazy
//     edges of a row read with the client that read the row.
//   - A mutation runs its command, which commits, and then reads the result anew. What a user can
//     cause is in userErrors; a missing token, a role that may never do it and failures are errors
//     of the response.
//   - Fields computed from other rows find these loaded: the number of statements of a root does
//     not depend on how many rows it returns.
package graph

//go:generate go tool gqlgen generate
