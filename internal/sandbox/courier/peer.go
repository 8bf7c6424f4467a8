package courier

import (
	"database/sql"
	"net/http"

	"orderflow/internal/sandbox"
)

// What a user of this peer needs of the engine.
type (
	// Op is sandbox.Op.
	Op = sandbox.Op
	// Stage is sandbox.Stage.
	Stage = sandbox.Stage
	// FaultKind is sandbox.FaultKind.
	FaultKind = sandbox.FaultKind
	// Options is sandbox.Options; the Hook gets the reference of a subscription.
	Options = sandbox.Options
)

// See package sandbox.
const (
	Before = sandbox.Before

	Unreachable   = sandbox.Unreachable
	UnsignedError = sandbox.UnsignedError
	Stall         = sandbox.Stall
	LoseAnswer    = sandbox.LoseAnswer
	IllSigned     = sandbox.IllSigned
)

// The calls of the API, and the sending of a push.
const (
	OpSubscribe Op = "SUBSCRIBE"
	OpQuery     Op = "QUERY"
	OpIntercept Op = "INTERCEPT"
	OpPush      Op = "PUSH"
)

// usePush is what the signature of a push is bound to.
const usePush = "push"

// Peer is the courier's server side; an http.Handler, safe for concurrent use.
type Peer struct{ *sandbox.Peer }

// NewPeer opens the database at o.Path. Whoever calls it calls Close, and runs Run for pushes to be
// sent.
func NewPeer(o Options) (*Peer, error) {
	engine, err := sandbox.NewPeer(o, sandbox.Service{
		Name: "sandbox courier peer", Schema: schema, Op: OpPush, Use: usePush,
	})
	if err != nil {
		return nil, err
	}
	p := &Peer{engine}
	p.HandleCall("POST /v1/subscribe", OpSubscribe, reading(subscribe))
	p.HandleCall("POST /v1/query", OpQuery, reading(query))
	p.HandleCall("POST /v1/intercept", OpIntercept, reading(intercept))
	sandbox.HandleControl(p.Peer, Control.check, p.control)
	sandbox.HandleList(p.Peer, "GET /control/subscriptions", p.Subscriptions)
	return p, nil
}

// reading reads a call; all calls have the same body.
func reading(do func(tx *sql.Tx, call callBody) (any, error)) sandbox.Read {
	return func(_ *http.Request, body []byte) (string, sandbox.Act, error) {
		call, err := sandbox.Decode[callBody](body)
		if err == nil {
			err = call.check()
		}
		return call.Reference, func(tx *sql.Tx) (any, error) { return do(tx, call) }, err
	}
}
