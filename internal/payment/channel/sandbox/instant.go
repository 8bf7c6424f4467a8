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

// Instant is a channel that keeps no books: it opens every charge, and Pay tells at once that one
// was paid. Beside it, what a server does for a payment can be measured without what a channel
// does. It is an http.Handler in place of a Peer, for opening alone, and safe for concurrent use.
type Instant struct {
	signer sandboxsig.Signer
	http   *http.Client

	mu   sync.Mutex
	open map[string]openBody // by out_trade_no, until paid
}

// NewInstant returns a channel that shares the secret with its clients and sends notices by notify.
func NewInstant(secret []byte, notify *http.Client) (*Instant, error) {
	signer, err := sandboxsig.New(secret, nil)
	if err != nil {
		return nil, err
	}
	return &Instant{signer: signer, http: notify, open: map[string]openBody{}}, nil
}

// ServeHTTP takes POST /v1/charges.
func (i *Instant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/charges" {
		http.Error(w, "this channel opens charges and does nothing else", http.StatusBadRequest)
		return
	}
	if err := i.signer.Verify(r.Header, body, forRequest, r.Method, r.URL.Path); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	ask, err := decode[openBody](body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := json.Marshal(openedBody{PayPath: "/pay/" + ask.OutTradeNo})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	i.mu.Lock()
	i.open[ask.OutTradeNo] = ask
	i.mu.Unlock()
	i.signer.Sign(w.Header(), answer, forAnswer, r.Header.Get(sandboxsig.HeaderNonce),
		strconv.Itoa(http.StatusOK))
	_, _ = w.Write(answer)
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
