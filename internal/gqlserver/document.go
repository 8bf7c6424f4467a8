package gqlserver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"orderflow/internal/fault"
)

const (
	cachedDocuments = 1000
	// longestCached keeps the caches small in bytes too: longer documents are parsed every time.
	longestCached = 32 << 10
)

// documents hooks into the executor: before it parses, between coercion and execution, and as its
// cache of validated documents. A document in the cache has passed every check that does not
// depend on variables.
type documents struct {
	limits        Limits
	introspection bool
	types         map[string]*ast.Definition
	scalars       map[string]func(value any) error
	validated     *lru.LRU[*ast.QueryDocument]
	persisted     *lru.LRU[string]
}

func newDocuments(
	limits Limits, introspection bool, types map[string]*ast.Definition,
	scalars map[string]func(value any) error,
) *documents {
	return &documents{
		limits:        limits,
		introspection: introspection,
		types:         types,
		scalars:       scalars,
		validated:     lru.New[*ast.QueryDocument](cachedDocuments),
		persisted:     lru.New[string](cachedDocuments),
	}
}

// ExtensionName implements graphql.HandlerExtension.
func (d *documents) ExtensionName() string { return "Documents" }

// Validate implements graphql.HandlerExtension.
func (d *documents) Validate(graphql.ExecutableSchema) error { return nil }

// Get implements graphql.Cache.
func (d *documents) Get(ctx context.Context, query string) (*ast.QueryDocument, bool) {
	return d.validated.Get(ctx, query)
}

// Add implements graphql.Cache.
func (d *documents) Add(ctx context.Context, query string, doc *ast.QueryDocument) {
	if len(query) <= longestCached {
		d.validated.Add(ctx, query, doc)
	}
}

// MutateOperationParameters resolves a persisted query and measures an unknown document before
// anything costly processes it. The executor parses it once more, which is cheap.
func (d *documents) MutateOperationParameters(
	ctx context.Context, params *graphql.RawParams,
) *gqlerror.Error {
	if err := d.resolvePersisted(ctx, params); err != nil {
		return err
	}
	if _, known := d.validated.Get(ctx, params.Query); known {
		return nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(
		&ast.Source{Input: params.Query}, d.limits.Tokens)
	if err != nil {
		if strings.Contains(err.Error(), "exceeded token limit") {
			return requestFault(fault.New(fault.TooComplex,
				"The document has more than %d tokens.", d.limits.Tokens))
		}
		return nil // the executor finds the same error and reports it with its place
	}
	if f := measure(doc, d.limits); f != nil {
		return requestFault(f)
	}
	return nil
}

// MutateOperationContext checks what depends on variables, and stores a persisted query now
// that it is known to be valid.
func (d *documents) MutateOperationContext(
	ctx context.Context, op *graphql.OperationContext,
) *gqlerror.Error {
	op.DisableIntrospection = !d.introspection
	c := &costing{limits: d.limits, introspection: d.introspection, variables: op.Variables}
	cost, f := c.set(op.Operation.SelectionSet)
	if f != nil {
		return requestFault(f)
	}
	if cost > d.limits.Complexity {
		return requestFault(fault.New(fault.TooComplex,
			"The operation's complexity, fields times page sizes, is more than %d.",
			d.limits.Complexity))
	}
	values := &checking{types: d.types, scalars: d.scalars, variables: op.Variables}
	values.operation(op.Operation)
	if err := values.faults.Err(); err != nil {
		return gqlerror.Wrap(err)
	}
	if len(values.inputs) > 0 {
		op.Stats.SetExtension(inputExtension, values.inputs)
	}
	if hash, ok := persistedHash(op.Extensions); ok && len(op.RawQuery) <= longestCached {
		d.persisted.Add(ctx, hash, op.RawQuery)
	}
	return nil
}

// resolvePersisted follows the conventions of automatic persisted queries: a hash alone requests a
// document sent before, a hash with a document offers it.
func (d *documents) resolvePersisted(
	ctx context.Context, params *graphql.RawParams,
) *gqlerror.Error {
	hash, ok := persistedHash(params.Extensions)
	if !ok {
		return nil
	}
	if params.Query != "" {
		sum := sha256.Sum256([]byte(params.Query))
		if hex.EncodeToString(sum[:]) != hash {
			return requestFault(fault.New(fault.BadUserInput,
				"The persisted query's sha256Hash is not the hash of the query."))
		}
		return nil
	}
	query, known := d.persisted.Get(ctx, hash)
	if !known {
		// Clients compare this very message.
		return requestFault(fault.New(fault.PersistedQueryNotFound, "PersistedQueryNotFound"))
	}
	params.Query = query
	return nil
}

func persistedHash(extensions map[string]any) (string, bool) {
	persisted, ok := extensions["persistedQuery"].(map[string]any)
	if !ok {
		return "", false
	}
	hash, ok := persisted["sha256Hash"].(string)
	return hash, ok
}
