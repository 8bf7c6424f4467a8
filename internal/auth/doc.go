// Package auth identifies the viewer of a request: the viewer in a context, the tokens that name
// one, and (in scope.go) the rows that each viewer may see.
//
// It owns the claims of a token and their checks. It does not store people: the server turns a
// token's subject into a buyer's or staff member's row and sets its id on the viewer. It does not
// decide what a viewer may do: the lifecycle tables do.
//
// Invariants: a context without a viewer has no rights; a viewer is not changed once it is in a
// context; a token is accepted only with the algorithms of its verifier, so a published key never
// serves as an HMAC secret; every token expires, in real time, within the longest lifetime; a claim
// is read by its exact name, and a token that says something twice is refused; two subjects that
// differ in a byte are two people; a key ends when the issuer no more publishes it, at most an hour
// later; the URL of the keys is repeated nowhere.
package auth
