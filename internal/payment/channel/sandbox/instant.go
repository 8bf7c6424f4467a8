package sandbox

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandboxsig"
)

// Instant is a channel that keeps no books: it opens every charge, Pay tells at once that one was
// paid, and every refund has succeeded when it is asked for. Beside it, what a server does for a
// payment can be measured without what a channel does. It is an http.Handler in place of a Peer,
// for opening and refunding alone, and safe for concurrent use.
type Instant struct {
	signer sandboxsig.Signer
	http   *http.Client

	mu       sync.Mutex
	open     map[string]openBody      // by out_trade_no, until paid
	refunded map[string]chan struct{} // by out_trade_no; closed when one was answered
}

// NewInstant returns a channel that shares the secret with its clients and sends notices by notify.
func NewInstant(secret []byte, notify *http.Client) (*Instant, error) {
	signer, err := sandboxsig.New(secret, nil)
	if err != nil {
		return nil, err
	}
	return &Instant{signer: signer, http: notify, open: map[string]openBody{},
		refunded: map[string]chan struct{}{}}, nil
}

// ServeHTTP takes POST /v1/charges and POST /v1/refunds.
func (i *Instant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	act := map[string]func(body []byte) (any, error){
		"/v1/charges": i.charge, "/v1/refunds": i.refund,
	}[r.URL.Path]
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil || r.Method != http.MethodPost || act == nil {
		http.Error(w, "this channel opens charges, refunds, and does nothing else",
			http.StatusBadRequest)
		return
	}
	if err := i.signer.Verify(r.Header, body, forRequest, r.Method, r.URL.Path); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	told, err := act(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := json.Marshal(told)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	i.signer.Sign(w.Header(), answer, forAnswer, r.Header.Get(sandboxsig.HeaderNonce),
		strconv.Itoa(http.StatusOK))
	_, _ = w.Write(answer)
}

func (i *Instant) charge(body []byte) (any, error) {
	ask, err := decode[openBody](body)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open[ask.OutTradeNo] = ask
	return openedBody{PayPath: "/pay/" + ask.OutTradeNo}, nil
}

func (i *Instant) refund(body []byte) (any, error) {
	ask, err := decode[refundAsk](body)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	told := i.refundOf(ask.OutTradeNo)
	select {
	case <-told: // of another refund, or asked for again
	default:
		close(told)
	}
	return refundBody{OutRefundNo: ask.OutRefundNo, RefundID: "rfd_" + ask.OutRefundNo,
		State: channel.RefundSucceeded, Amount: ask.Amount,
		SucceededAt: time.Now().UTC().Truncate(time.Microsecond)}, nil
}

// refundOf needs the lock.
func (i *Instant) refundOf(outTradeNo string) chan struct{} {
	told, known := i.refunded[outTradeNo]
	if !known {
		told = make(chan struct{})
		i.refunded[outTradeNo] = told
	}
	return told
}

// AwaitRefund returns when a refund of a charge was asked for; it is about to be answered then.
func (i *Instant) AwaitRefund(ctx context.Context, outTradeNo string) error {
	i.mu.Lock()
	told := i.refundOf(outTradeNo)
	i.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-told:
		return nil
	}
}

// Pay pays an open charge in full at a business time, and returns when the server has accepted the
// notice of it. A charge that is not open is ErrUnknown.
func (i *Instant) Pay(ctx context.Context, outTradeNo string, at time.Time) error {
	i.mu.Lock()
	c, open := i.open[outTradeNo]
	delete(i.open, outTradeNo)
	i.mu.Unlock()
	if !open {
		return fmt.Errorf("%w: charge %s", ErrUnknown, outTradeNo)
	}
	body, err := json.Marshal(noticeBody{ID: "ntc_" + rand.Text(), Charge: &chargeBody{
		OutTradeNo: outTradeNo, State: channel.ChargePaid, TransactionID: "txn_" + rand.Text(),
		Amount: c.Amount, Currency: c.Currency, PaidAt: at.UTC().Truncate(time.Microsecond),
	}})
	if err != nil {
		return fmt.Errorf("sandbox: notice: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.NotifyURL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sandbox: notice: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	i.signer.Sign(req.Header, body, forNotice)
	resp, err := i.http.Do(req)
	if err != nil {
		return fmt.Errorf("sandbox: notice: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("sandbox: the notice of %s was answered with %s", outTradeNo, resp.Status)
	}
	return nil
}
