package sandbox

import (
	"database/sql"
	"html/template"
	"net/http"
	"sync"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandboxsig"
)

// defaultRefundsPerPayment holds where the options of peer or client name none.
const defaultRefundsPerPayment = 50

// Op is a thing that a peer does.
type Op string

// The calls of the API, and the sending of a notice.
const (
	OpOpen        Op = "OPEN"
	OpQuery       Op = "QUERY"
	OpClose       Op = "CLOSE"
	OpRefund      Op = "REFUND"
	OpQueryRefund Op = "QUERY_REFUND"
	OpNotice      Op = "NOTICE"
)

// Stage is a moment of an Op.
type Stage string

// The stages in their order. A notice has no stage Acted; its Answered comes when it was received.
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
	// Limits of refunds; without a number it is 50 per payment.
	Limits channel.Limits
	// NoticeIntervals is how long to wait after each try that was not accepted; nil is eight tries
	// in about seven minutes.
	NoticeIntervals []time.Duration
	// NotifyURL names, at every sending, where the notices go of what was opened without a URL of
	// its own; nil is nowhere.
	NotifyURL func() string
	// HTTP sends the notices; nil is a client with a time-out of 5 s.
	HTTP *http.Client
	// Hook is called at every stage of every Op, in the goroutine that does it.
	Hook func(stage Stage, op Op, no string)
}

func (o Options) withDefaults() Options {
	if o.Limits.RefundsPerPayment == 0 {
		o.Limits.RefundsPerPayment = defaultRefundsPerPayment
	}
	if o.NoticeIntervals == nil {
		o.NoticeIntervals = defaultIntervals()
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: maxTimeout}
	}
	if o.NotifyURL == nil {
		o.NotifyURL = func() string { return "" }
	}
	if o.Hook == nil {
		o.Hook = func(Stage, Op, string) {}
	}
	return o
}

// Peer is the sandbox's server side; an http.Handler, safe for concurrent use.
type Peer struct {
	db         *sql.DB
	mux        *http.ServeMux
	page       *template.Template
	signer     sandboxsig.Signer
	now        func() time.Time
	limits     channel.Limits
	intervals  []time.Duration
	notifyURL  func() string
	http       *http.Client
	hook       func(stage Stage, op Op, no string)
	delivering sync.Mutex
	wake       chan struct{}
}

// NewPeer opens the books at o.Path. Whoever calls it calls Close, and runs Run for notices to go
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
		db:        db,
		mux:       http.NewServeMux(),
		page:      page(),
		signer:    signer,
		now:       func() time.Time { return o.Now().UTC().Truncate(time.Microsecond) },
		limits:    o.Limits,
		intervals: o.NoticeIntervals,
		notifyURL: o.NotifyURL,
		http:      o.HTTP,
		hook:      o.Hook,
		wake:      make(chan struct{}, 1),
	}
	p.route()
	return p, nil
}

// Close closes the books. Run must have returned.
func (p *Peer) Close() error { return p.db.Close() }

// ServeHTTP implements http.Handler.
func (p *Peer) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

func (p *Peer) route() {
	tradeNo := func(body []byte) (string, error) {
		ask, err := decode[openBody](body)
		return ask.OutTradeNo, err
	}
	refundNo := func(body []byte) (string, error) {
		ask, err := decode[refundAsk](body)
		return ask.OutRefundNo, err
	}
	p.mux.HandleFunc("POST /v1/charges", p.api(OpOpen, tradeNo, p.openCharge))
	p.mux.HandleFunc("GET /v1/charges/{no}", p.api(OpQuery, nil, p.queryCharge))
	p.mux.HandleFunc("POST /v1/charges/{no}/close", p.api(OpClose, nil, p.closeCharge))
	p.mux.HandleFunc("POST /v1/refunds", p.api(OpRefund, refundNo, p.openRefund))
	p.mux.HandleFunc("GET /v1/refunds/{no}", p.api(OpQueryRefund, nil, p.queryRefund))
	p.mux.HandleFunc("GET /pay/{no}", p.servePage)
	p.mux.HandleFunc("POST /pay/{no}", p.servePay)
	p.mux.HandleFunc("POST /control", p.serveControl)
	p.mux.HandleFunc("GET /control/ledger", p.serveLedger)
}
