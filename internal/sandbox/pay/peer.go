package pay

import (
	"database/sql"
	"html/template"
	"net/http"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
)

const (
	// defaultRefundsPerPayment applies where the options of peer or client name no limit.
	defaultRefundsPerPayment = 50
	// defaultBillPage is how many lines of a bill an answer has: it must fit sandbox.MaxBody.
	defaultBillPage = 500
	// billReady is 10:00 of the next day, as at real channels.
	billReady = 10 * time.Hour
)

// What a user of this peer needs of the engine.
type (
	// Op is sandbox.Op.
	Op = sandbox.Op
	// Stage is sandbox.Stage.
	Stage = sandbox.Stage
	// FaultKind is sandbox.FaultKind.
	FaultKind = sandbox.FaultKind
)

// See package sandbox.
const (
	Before   = sandbox.Before
	Acted    = sandbox.Acted
	Answered = sandbox.Answered

	Unreachable   = sandbox.Unreachable
	UnsignedError = sandbox.UnsignedError
	Stall         = sandbox.Stall
	LoseAnswer    = sandbox.LoseAnswer
	IllSigned     = sandbox.IllSigned
)

// The calls of the API, and the sending of a notice.
const (
	OpOpen        Op = "OPEN"
	OpQuery       Op = "QUERY"
	OpClose       Op = "CLOSE"
	OpRefund      Op = "REFUND"
	OpQueryRefund Op = "QUERY_REFUND"
	OpBill        Op = "BILL"
	OpNotice      Op = "NOTICE"
)

// useNotice is what the signature of a notice is bound to.
const useNotice = "notice"

// Options describes a peer: sandbox.Options in the words of a channel, and its limits. Path, Secret
// and Now are required.
type Options struct {
	Path    string
	Secret  []byte
	Now     func() time.Time
	RealNow func() time.Time
	// NotifyURL returns, at every sending, the address of notices of what was opened without a URL
	// of its own; nil is none.
	NotifyURL func() string
	// BillPage is how many lines of a bill an answer has; 0 is 500.
	BillPage int
	// Hook gets the out_trade_no or out_refund_no, or the day of a bill.
	Hook func(stage Stage, op Op, no string)
	// Limits of refunds and bills; without a number it is 50 refunds per payment, and without a zone
	// bills are of China's days and ready at 10:00 of the next.
	Limits channel.Limits
}

// Peer is the channel's server side; an http.Handler, safe for concurrent use.
type Peer struct {
	*sandbox.Peer
	page     *template.Template
	limits   channel.Limits
	billPage int
}

// NewPeer opens the database at o.Path. Whoever calls it calls Close, and runs Run for notices to
// be sent.
func NewPeer(o Options) (*Peer, error) {
	engine, err := sandbox.NewPeer(sandbox.Options{
		Path: o.Path, Secret: o.Secret, Now: o.Now, RealNow: o.RealNow,
		CallbackURL: o.NotifyURL, Hook: o.Hook,
	}, sandbox.Service{
		Name: "sandbox payment peer", Schema: schema, Op: OpNotice, Use: useNotice,
	})
	if err != nil {
		return nil, err
	}
	p := &Peer{Peer: engine, page: page(), limits: withDefault(o.Limits), billPage: o.BillPage}
	if p.billPage == 0 {
		p.billPage = defaultBillPage
	}
	p.route()
	return p, nil
}

func withDefault(limits channel.Limits) channel.Limits {
	if limits.RefundsPerPayment == 0 {
		limits.RefundsPerPayment = defaultRefundsPerPayment
	}
	if limits.Bills.Zone == nil {
		limits.Bills = channel.BillTimes{Zone: channel.China, Ready: billReady}
	}
	return limits
}

func (p *Peer) route() {
	p.HandleCall("POST /v1/charges", OpOpen, ofBody(chargeCall.no, p.openCharge))
	p.HandleCall("GET /v1/charges/{no}", OpQuery, ofPath(p.queryCharge))
	p.HandleCall("POST /v1/charges/{no}/close", OpClose, ofPath(p.closeCharge))
	p.HandleCall("POST /v1/refunds", OpRefund, ofBody(refundCall.no, p.openRefund))
	p.HandleCall("GET /v1/refunds/{no}", OpQueryRefund, ofPath(p.queryRefund))
	p.HandleCall("GET /v1/bills/{day}/{from}", OpBill, p.readBillCall)
	p.HandleFunc("GET /pay/{no}", p.servePage)
	p.HandleFunc("POST /pay/{no}", p.servePay)
	sandbox.HandleControl(p.Peer, Control.check, p.control)
	sandbox.HandleList(p.Peer, "GET /control/ledger", p.Ledger)
}

// ofPath reads a call that has its number in the path.
func ofPath(do func(tx *sql.Tx, no string) (any, error)) sandbox.Read {
	return func(r *http.Request, _ []byte) (string, sandbox.Act, error) {
		no := r.PathValue("no")
		return no, func(tx *sql.Tx) (any, error) { return do(tx, no) }, nil
	}
}

// ofBody reads a call that has its number in the body.
func ofBody[B any](no func(B) string, do func(tx *sql.Tx, req B) (any, error)) sandbox.Read {
	return func(_ *http.Request, body []byte) (string, sandbox.Act, error) {
		req, err := sandbox.Decode[B](body)
		return no(req), func(tx *sql.Tx) (any, error) { return do(tx, req) }, err
	}
}
