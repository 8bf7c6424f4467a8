package sandbox

import (
	"database/sql"
	"errors"
	"net/http"
	"sync"
	"time"
)

// What the methods and the control routes of a peer answer.
var (
	ErrUnknown     = errors.New("sandbox: unknown")
	ErrNotPossible = errors.New("sandbox: not possible")
)

// Op is an operation of a peer: a call of its API, or the sending of a message.
type Op string

// Stage is a moment of an Op.
type Stage string

// The stages in their order. A message has no stage Acted; its Answered comes when it was accepted.
const (
	Before   Stage = "BEFORE"   // nothing has happened
	Acted    Stage = "ACTED"    // the effect is stored, nothing was answered
	Answered Stage = "ANSWERED" // the whole answer was sent
)

// Service is what one kind of sandbox adds to the engine.
type Service struct {
	// Name of the peer in logs.
	Name string
	// Schema is the DDL of its own tables; each statement may run again.
	Schema string
	// Op is the sending of a message.
	Op Op
	// Use is what the signature of a message is bound to; no two services have the same.
	Use string
}

// Options describes a peer. Path, Secret and Now are required.
type Options struct {
	// Path of the SQLite file; the content of ":memory:" ends with Close.
	Path string
	// Secret is shared with the clients; at least 16 bytes.
	Secret []byte
	// Now is business time.
	Now func() time.Time
	// RealNow is real time; nil is time.Now.
	RealNow func() time.Time
	// CallbackURL returns, at every sending, the address of messages that have no URL of their own;
	// nil is none.
	CallbackURL func() string
	// Hook is called at every stage of every Op, in the goroutine that runs it. The subject is the
	// number of what the Op is about.
	Hook func(stage Stage, op Op, subject string)
}

// Peer is the server side of a sandbox; an http.Handler, safe for concurrent use.
type Peer struct {
	service     Service
	db          *sql.DB
	mux         *http.ServeMux
	signer      Signer
	now         func() time.Time
	callbackURL func() string
	hook        func(stage Stage, op Op, subject string)
	http        *http.Client
	delivering  sync.Mutex
	wake        chan struct{}
}

// NewPeer opens the database at o.Path. Whoever calls it calls Close, and runs Run for messages to
// be sent.
func NewPeer(o Options, service Service) (*Peer, error) {
	signer, err := NewSigner(o.Secret, o.RealNow)
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(o.Path, engineSchema+service.Schema)
	if err != nil {
		return nil, err
	}
	if o.CallbackURL == nil {
		o.CallbackURL = func() string { return "" }
	}
	if o.Hook == nil {
		o.Hook = func(Stage, Op, string) {}
	}
	return &Peer{
		service:     service,
		db:          db,
		mux:         http.NewServeMux(),
		signer:      signer,
		now:         o.Now,
		callbackURL: o.CallbackURL,
		hook:        o.Hook,
		http:        &http.Client{Timeout: maxTimeout},
		wake:        make(chan struct{}, 1),
	}, nil
}

// Close closes the database. Run must have returned.
func (p *Peer) Close() error { return p.db.Close() }

// Now returns business time, as precise as it is stored.
func (p *Peer) Now() time.Time { return p.now().UTC().Truncate(time.Microsecond) }

// RealNow returns real time.
func (p *Peer) RealNow() time.Time { return p.signer.Now() }

// ServeHTTP implements http.Handler.
func (p *Peer) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }
