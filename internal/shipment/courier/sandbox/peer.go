package sandbox

import (
	"database/sql"
	"errors"
	"net/http"
	"sync"
	"time"

	"orderflow/internal/sandboxsig"
)

// What the control routes and methods answer.
var (
	ErrUnknown     = errors.New("sandbox: unknown")
	ErrNotPossible = errors.New("sandbox: not possible")
)

// Op is a thing that a peer does.
type Op string

// The calls of the API, and the sending of a push.
const (
	OpSubscribe Op = "SUBSCRIBE"
	OpQuery     Op = "QUERY"
	OpIntercept Op = "INTERCEPT"
	OpPush      Op = "PUSH"
)

// Stage is a moment of an Op.
type Stage string

// The stages in their order. A push has no stage Acted; its Answered comes when it was received.
const (
	Before   Stage = "BEFORE"   // nothing has happened
	Acted    Stage = "ACTED"    // the effect is stored, nothing was answered
	Answered Stage = "ANSWERED" // the whole answer was sent
)

// Options describes a peer. Path, Secret and Now are required.
type Options struct {
	// Path of the SQLite file; ":memory:" forgets at Close.
	Path string
	// Secret is shared with the clients; at least 16 bytes.
	Secret []byte
	// Now is business time.
	Now func() time.Time
	// RealNow is real time; nil is time.Now.
	RealNow func() time.Time
	// PushIntervals is how long to wait after each try that was not accepted; nil is eight tries in
	// about seven minutes.
	PushIntervals []time.Duration
	// CallbackURL names, at every sending, where the pushes go of what was subscribed without a URL
	// of its own; nil is nowhere.
	CallbackURL func() string
	// HTTP sends the pushes; nil is a client with a time-out of 5 s.
	HTTP *http.Client
	// Hook is called at every stage of every Op, in the goroutine that does it.
	Hook func(stage Stage, op Op, reference string)
}

func (o Options) withDefaults() Options {
	if o.PushIntervals == nil {
		o.PushIntervals = defaultIntervals()
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: maxTimeout}
	}
	if o.CallbackURL == nil {
		o.CallbackURL = func() string { return "" }
	}
	if o.Hook == nil {
		o.Hook = func(Stage, Op, string) {}
	}
	return o
}

// Peer is the sandbox's server side; an http.Handler, safe for concurrent use.
type Peer struct {
	db          *sql.DB
	mux         *http.ServeMux
	signer      sandboxsig.Signer
	now         func() time.Time
	intervals   []time.Duration
	callbackURL func() string
	http        *http.Client
	hook        func(stage Stage, op Op, reference string)
	delivering  sync.Mutex
	wake        chan struct{}
}

// NewPeer opens the books at o.Path. Whoever calls it calls Close, and runs Run for pushes to go
// out.
func NewPeer(o Options) (*Peer, error) {
	signer, err := sandboxsig.New(o.Secret, o.RealNow)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	db, err := openBooks(o.Path)
	if err != nil {
		return nil, err
	}
	p := &Peer{
		db:          db,
		mux:         http.NewServeMux(),
		signer:      signer,
		now:         func() time.Time { return o.Now().UTC().Truncate(time.Microsecond) },
		intervals:   o.PushIntervals,
		callbackURL: o.CallbackURL,
		http:        o.HTTP,
		hook:        o.Hook,
		wake:        make(chan struct{}, 1),
	}
	p.mux.HandleFunc("POST /v1/subscribe", p.api(OpSubscribe, p.subscribe))
	p.mux.HandleFunc("POST /v1/query", p.api(OpQuery, p.query))
	p.mux.HandleFunc("POST /v1/intercept", p.api(OpIntercept, p.intercept))
	p.mux.HandleFunc("POST /control", p.serveControl)
	p.mux.HandleFunc("GET /control/subscriptions", p.serveSubscriptions)
	return p, nil
}

// Close closes the books. Run must have returned.
func (p *Peer) Close() error { return p.db.Close() }

// ServeHTTP implements http.Handler.
func (p *Peer) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }
