package gqlserver

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
)

type requestIDKey struct{}

var plausibleID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// RequestID returns the id of the request that ctx belongs to, or "" outside of one. It is the
// X-Request-Id header of the response and is logged with every INTERNAL error.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

func withRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// requestIDOf takes the id a proxy gave the request, or makes one.
func requestIDOf(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); plausibleID.MatchString(id) {
		return id
	}
	return rand.Text()
}
