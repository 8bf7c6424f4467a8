package graph

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/graph/generated"
	"orderflow/graph/view"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// viewerKey identifies a viewer: a subject in a role.
func viewerKey(v *auth.Viewer) string {
	if v == nil {
		return ""
	}
	return string(v.Role) + " " + v.Subject
}

func unauthenticated() error {
	return fault.New(fault.Unauthenticated,
		"A token is needed: send the header Authorization: Bearer <token>.")
}

// onlyFor refuses a field to viewers who may never use it. Mutations of staff are given the
// request's id for the audit log.
func onlyFor(
	ctx context.Context, _ any, next graphql.Resolver, roles []vocab.Role,
) (any, error) {
	v := auth.From(ctx)
	if v == nil {
		return nil, unauthenticated()
	}
	if !slices.Contains(roles, v.Role) {
		return nil, fault.New(fault.Forbidden, "The role %s may never do this.", v.Role)
	}
	if graphql.GetFieldContext(ctx).Object != "Mutation" {
		return next(ctx)
	}
	if faults := gqlserver.InputFaults(ctx); len(faults) > 0 {
		return refusedPayload(ctx, faults)
	}
	if v.IsStaff() {
		ctx = audit.WithRequest(ctx, gqlserver.RequestID(ctx))
	}
	return next(ctx)
}

// refusedPayload is the payload of the context's mutation that did nothing.
func refusedPayload(ctx context.Context, faults fault.List) (any, error) {
	name := graphql.GetFieldContext(ctx).Field.Name
	resolver, ok := reflect.TypeFor[generated.MutationResolver]().
		MethodByName(strings.ToUpper(name[:1]) + name[1:])
	if !ok {
		return nil, fmt.Errorf("the mutation %s has no resolver of its name", name)
	}
	payload := reflect.New(resolver.Type.Out(0).Elem())
	payload.Elem().FieldByName("UserErrors").Set(reflect.ValueOf(view.UserErrors(faults)))
	return payload.Interface(), nil
}

const maxKeyLength = 128

// rawKey is the key of the mutation's directive as the client has sent it.
func rawKey(ctx context.Context, fc *graphql.FieldContext) (any, error) {
	argument := fc.Field.Directives.ForName("idempotent").Arguments.ForName("key")
	return argument.Value.Value(graphql.GetOperationContext(ctx).Variables)
}

// idempotent passes the key to the command of the mutation, with what identifies the request: the
// viewer, the mutation, and a hash of the coerced input.
func idempotent(
	ctx context.Context, _ any, next graphql.Resolver, key string,
) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	if fc.Object != "Mutation" {
		return nil, fault.New(fault.BadUserInput, "@idempotent stands on mutations only.")
	}
	if n := utf8.RuneCountInString(key); n < 1 || n > maxKeyLength {
		return nil, fault.New(fault.BadUserInput,
			"An idempotency key has 1 to %d characters.", maxKeyLength)
	}
	// Keys are compared exactly, and texts are read in their normal form.
	if raw, err := rawKey(ctx, fc); err != nil || raw != key {
		return nil, fault.At("key", fault.BadUserInput,
			"An idempotency key has no space at its ends, and its characters are composed (NFC).")
	}
	viewer := viewerKey(auth.From(ctx))
	if viewer == "" {
		return nil, unauthenticated()
	}
	input, err := json.Marshal(fc.Args)
	if err != nil {
		return nil, fmt.Errorf("idempotency: %w", err)
	}
	return next(store.WithKey(ctx, store.Key{
		Viewer: viewer, Mutation: fc.Field.Name, Key: key, Hash: sha256.Sum256(input),
	}))
}
