package pay

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
)

// Instant is a channel without a ledger: it opens every charge, Pay sends the notice at once, and
// every refund succeeds in the answer to its request. With it, what a server does for a payment is
// measured without what a channel does. It is an http.Handler in place of a Peer, for opening and
// refunding alone, and safe for concurrent use.
type Instant struct {
	signer sandbox.Signer
	http   *http.Client

	mu       sync.Mutex
	open     map[string]chargeCall    // by out_trade_no, until paid
	refunded map[string]chan struct{} // by out_trade_no; closed by the first request
}

// NewInstant returns a channel that shares the secret with its clients and sends notices by notify.
func NewInstant(secret []byte, notify *http.Client) (*Instant, error) {
	signer, err := sandbox.NewSigner(secret, nil)
	if err != nil {
		return nil, err
	}
	return &Instant{signer: signer, http: notify, open: map[string]chargeCall{},
		refunded: map[string]chan struct{}{}}, nil
}

// ServeHTTP takes POST /v1/charges and POST /v1/refunds.
func (i *Instant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	act := map[string]func(body []byte) (any, error){
		"/v1/charges": i.charge, "/v1/refunds": i.refund,
	}[r.URL.Path]
	if r.Method != http.MethodPost || act == nil {
		http.Error(w, "this channel opens charges, refunds, and does nothing else",
			http.StatusBadRequest)
		return
	}
	body, ok := i.signer.ReadCall(w, r)
	if !ok {
		return
	}
	answer, err := act(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := i.signer.WriteAnswer(w, r, answer); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (i *Instant) charge(body []byte) (any, error) {
	req, err := sandbox.Decode[chargeCall](body)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open[req.OutTradeNo] = req
	return openedBody{PayPath: "/pay/" + req.OutTradeNo}, nil
}

func (i *Instant) refund(body []byte) (any, error) {
	req, err := sandbox.Decode[refundCall](body)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	requested := i.refundOf(req.OutTradeNo)
	select {
	case <-requested: // for another refund, or for a repeated request
	default:
		close(requested)
	}
	return refundBody{OutRefundNo: req.OutRefundNo, RefundID: "rfd_" + req.OutRefundNo,
		State: channel.RefundSucceeded, Amount: req.Amount,
		SucceededAt: time.Now().UTC().Truncate(time.Microsecond)}, nil
}

// refundOf needs the lock.
func (i *Instant) refundOf(outTradeNo string) chan struct{} {
	requested, known := i.refunded[outTradeNo]
	if !known {
		requested = make(chan struct{})
		i.refunded[outTradeNo] = requested
	}
	return requested
}

// AwaitRefund returns when a refund of a charge was requested; its answer is about to be sent then.
func (i *Instant) AwaitRefund(ctx context.Context, outTradeNo string) error {
	i.mu.Lock()
	requested := i.refundOf(outTradeNo)
	i.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-requested:
		return nil
	}
}

// Pay pays an open charge in full at a business time, and returns when the server has accepted the
// notice of it. A charge that is not open is sandbox.ErrUnknown.
func (i *Instant) Pay(ctx context.Context, outTradeNo string, at time.Time) error {
	i.mu.Lock()
	c, open := i.open[outTradeNo]
	delete(i.open, outTradeNo)
	i.mu.Unlock()
	if !open {
		return fmt.Errorf("%w: charge %s", sandbox.ErrUnknown, outTradeNo)
	}
	body, err := json.Marshal(noticeBody{ID: "ntc_" + rand.Text(), Charge: &chargeBody{
		OutTradeNo: outTradeNo, State: channel.ChargePaid, TransactionID: "txn_" + rand.Text(),
		Amount: c.Amount, Currency: c.Currency, PaidAt: at.UTC().Truncate(time.Microsecond),
	}})
	if err != nil {
		return fmt.Errorf("sandbox: notice: %w", err)
	}
	message, err := i.signer.NewMessage(ctx, c.NotifyURL, useNotice, body)
	if err != nil {
		return err
	}
	return sandbox.SendMessage(i.http, message)
}
