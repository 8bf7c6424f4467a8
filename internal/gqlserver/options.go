package gqlserver

import (
	"cmp"
	"context"
	"log/slog"
	"net/netip"
	"time"

	"orderflow/internal/fault"

	"github.com/99designs/gqlgen/graphql"
)

// Options configures New. The zero value serves all clients anonymously with the default limits.
type Options struct {
	// Authenticate turns a token into a context that carries the viewer and returns when the token
	// ends (the zero time: never). A fault it returns refuses the request with that code, any
	// other error is INTERNAL. It is not called for an HTTP request without a token; a socket
	// without one is refused. Nil: tokens are ignored.
	Authenticate func(ctx context.Context, token string) (context.Context, time.Time, error)

	// ViewerKey names the viewer for the rate limit; where it is nil or returns "", the client's
	// address counts.
	ViewerKey func(ctx context.Context) string

	// TrustedProxies are the addresses whose X-Forwarded-For says who the client is.
	TrustedProxies []netip.Prefix

	// AllowedOrigins lists the origins of other sites whose pages may call: exact, with * for one
	// part ("https://*.example.com"), or "*" for all. The server's own origin always may.
	AllowedOrigins []string

	// Introspection allows clients to read the schema and to get suggestions for misspelt names.
	Introspection bool

	Limits Limits

	// Scalars check values of scalars, by their names. Those of an operation are checked before it
	// runs; it is refused with the faults that they return, but for INVALID_INPUT of mutations, which
	// the schema answers: see InputFaults.
	Scalars map[string]func(value any) error

	// Extensions are added to the executor after the server's own.
	Extensions []graphql.HandlerExtension

	// Stopping, when closed, ends sockets (1001) and streams, so that clients reconnect elsewhere.
	Stopping <-chan struct{}

	// Outage returns the fault of an error that an outage has caused, such as UNAVAILABLE; nil for any
	// other. What it returns is not logged as an internal error.
	Outage func(err error) *fault.Error

	Logger *slog.Logger // default slog.Default()

	KeepAlive   time.Duration // between pings of sockets and streams; default 10 s
	InitTimeout time.Duration // a socket's time to send connection_init; default 5 s
	// OperationTimeout bounds a query or a mutation, whatever it waits for; default 20 s.
	OperationTimeout time.Duration
	WriteTimeout     time.Duration // after which a client that does not read is dropped; default 10 s
}

// Limits bounds what one request may cost. A zero field takes its default.
type Limits struct {
	BodyBytes     int64 // of a POST body or a socket message; 1 MiB
	Tokens        int   // of a document; 5000
	Selections    int   // fields and fragments of a document after expansion; 10000
	Depth         int   // nested fields, introspection exempt; 15
	Aliases       int   // in a document; 30
	Directives    int   // in a document; 50
	SameName      int   // fields of one response name in an expanded selection set; 100
	PageSize      int   // of argument first, and ids of argument ids; 100
	DefaultPage   int   // what an absent first counts as; 20
	Complexity    int   // fields multiplied by page sizes; 20000
	Subscriptions int   // operations running at once on a socket; 20

	// RequestsPerSecond and RequestBurst bound the operations of one viewer: 50 and twice the
	// rate. A negative rate means no limit.
	RequestsPerSecond float64
	RequestBurst      int

	// RefusalsPerSecond and RefusalBurst bound the refused tokens of one address: 10 and five times
	// the rate. Beyond them a token is not looked at. A negative rate means no limit.
	RefusalsPerSecond float64
	RefusalBurst      int
}

func (l Limits) withDefaults() Limits {
	l.BodyBytes = cmp.Or(l.BodyBytes, 1<<20)
	l.Tokens = cmp.Or(l.Tokens, 5000)
	l.Selections = cmp.Or(l.Selections, 10_000)
	l.Depth = cmp.Or(l.Depth, 15)
	l.Aliases = cmp.Or(l.Aliases, 30)
	l.Directives = cmp.Or(l.Directives, 50)
	l.SameName = cmp.Or(l.SameName, 100)
	l.PageSize = cmp.Or(l.PageSize, 100)
	l.DefaultPage = cmp.Or(l.DefaultPage, 20)
	l.Complexity = cmp.Or(l.Complexity, 20_000)
	l.Subscriptions = cmp.Or(l.Subscriptions, 20)
	l.RequestsPerSecond = cmp.Or(l.RequestsPerSecond, 50)
	l.RequestBurst = cmp.Or(l.RequestBurst, max(1, int(2*l.RequestsPerSecond)))
	l.RefusalsPerSecond = cmp.Or(l.RefusalsPerSecond, 10)
	l.RefusalBurst = cmp.Or(l.RefusalBurst, max(1, int(5*l.RefusalsPerSecond)))
	return l
}

func (o Options) withDefaults() Options {
	o.Limits = o.Limits.withDefaults()
	o.Logger = cmp.Or(o.Logger, slog.Default())
	o.KeepAlive = cmp.Or(o.KeepAlive, 10*time.Second)
	o.InitTimeout = cmp.Or(o.InitTimeout, 5*time.Second)
	o.OperationTimeout = cmp.Or(o.OperationTimeout, 20*time.Second)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, 10*time.Second)
	return o
}
