package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandboxsig"
	"orderflow/internal/vocab"
)

// maxTimeout bounds one call; a caller that wants less says so in its context.
const maxTimeout = 5 * time.Second

// ParamPayURL is the client parameter that holds the address of the payer's page.
const ParamPayURL = "pay_url"

// ClientOptions says where the peer is and how to speak to it. BaseURL and Secret are required.
type ClientOptions struct {
	BaseURL string
	Secret  []byte
	// NotifyURL is where notices are to be sent; empty leaves it to the peer's own setting.
	NotifyURL string
	// Limits are the peer's; without a number it is 50 per payment.
	Limits  channel.Limits
	HTTP    *http.Client     // nil: a client of its own; time-outs above 5 s become 5 s
	RealNow func() time.Time // nil: time.Now
}

// Client is the channel.Port of the sandbox.
type Client struct {
	base      string
	notifyURL string
	limits    channel.Limits
	http      *http.Client
	signer    sandboxsig.Signer
}

var _ channel.Port = (*Client)(nil)

// NewClient returns a client of the peer at BaseURL.
func NewClient(o ClientOptions) (*Client, error) {
	signer, err := sandboxsig.New(o.Secret, o.RealNow)
	if err != nil {
		return nil, err
	}
	if u, err := url.Parse(o.BaseURL); err != nil || u.Host == "" {
		return nil, fmt.Errorf("sandbox: %q is no base URL", o.BaseURL)
	}
	hc := &http.Client{}
	if o.HTTP != nil {
		*hc = *o.HTTP
	}
	if hc.Timeout <= 0 || hc.Timeout > maxTimeout {
		hc.Timeout = maxTimeout
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if o.Limits.RefundsPerPayment == 0 {
		o.Limits.RefundsPerPayment = defaultRefundsPerPayment
	}
	return &Client{
		base:      strings.TrimSuffix(o.BaseURL, "/"),
		notifyURL: o.NotifyURL,
		limits:    o.Limits,
		http:      hc,
		signer:    signer,
	}, nil
}

// Name implements channel.Port.
func (c *Client) Name() vocab.PaymentChannel { return vocab.Sandbox }

// Limits implements channel.Port.
func (c *Client) Limits() channel.Limits { return c.limits }

// Open implements channel.Port. The client parameters are ParamPayURL and out_trade_no.
func (c *Client) Open(ctx context.Context, req channel.OpenRequest) (channel.Opened, error) {
	ask := openBody{
		OutTradeNo: req.OutTradeNo, Description: req.Description, Amount: req.Amount,
		Currency: req.Currency, Account: req.Account, Payer: req.Payer,
		ExpiresAt: req.ExpiresAt.UTC(), NotifyURL: c.notifyURL,
	}
	var opened openedBody
	if err := c.call(ctx, http.MethodPost, "/v1/charges", ask, &opened); err != nil {
		return channel.Opened{}, err
	}
	return channel.Opened{ClientParams: map[string]string{
		ParamPayURL:    c.base + opened.PayPath,
		"out_trade_no": req.OutTradeNo,
	}}, nil
}

// Query implements channel.Port.
func (c *Client) Query(ctx context.Context, outTradeNo string) (channel.Charge, error) {
	return c.charge(ctx, http.MethodGet, "/v1/charges/"+url.PathEscape(outTradeNo))
}

// Close implements channel.Port.
func (c *Client) Close(ctx context.Context, outTradeNo string) (channel.Charge, error) {
	return c.charge(ctx, http.MethodPost, "/v1/charges/"+url.PathEscape(outTradeNo)+"/close")
}

func (c *Client) charge(ctx context.Context, method, path string) (channel.Charge, error) {
	var answer chargeBody
	if err := c.call(ctx, method, path, nil, &answer); err != nil {
		return channel.Charge{}, err
	}
	return answer.charge()
}

// Refund implements channel.Port.
func (c *Client) Refund(
	ctx context.Context, req channel.RefundRequest,
) (channel.RefundResult, error) {
	ask := refundAsk{
		OutRefundNo: req.OutRefundNo, OutTradeNo: req.OutTradeNo, TransactionID: req.TransactionID,
		Amount: req.Amount, Total: req.Total, Currency: req.Currency, Account: req.Account,
		Reason: req.Reason, NotifyURL: c.notifyURL,
	}
	return c.refund(ctx, http.MethodPost, "/v1/refunds", ask)
}

// QueryRefund implements channel.Port.
func (c *Client) QueryRefund(
	ctx context.Context, outRefundNo string,
) (channel.RefundResult, error) {
	return c.refund(ctx, http.MethodGet, "/v1/refunds/"+url.PathEscape(outRefundNo), nil)
}

func (c *Client) refund(
	ctx context.Context, method, path string, ask any,
) (channel.RefundResult, error) {
	var answer refundBody
	if err := c.call(ctx, method, path, ask, &answer); err != nil {
		return channel.RefundResult{}, err
	}
	return answer.refund()
}

// call sends one signed request and reads one signed answer.
func (c *Client) call(ctx context.Context, method, path string, ask, answer any) error {
	var body []byte
	if ask != nil {
		var err error
		if body, err = json.Marshal(ask); err != nil {
			return fmt.Errorf("sandbox: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	// net/http repeats a GET by itself when a kept connection breaks; a port never repeats.
	req.Close = true
	req.Header.Set("Content-Type", "application/json")
	c.signer.Sign(req.Header, body, forRequest, method, path)
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return fmt.Errorf("sandbox: answer: %w", err)
	}
	err = c.signer.Verify(resp.Header, got,
		forAnswer, req.Header.Get(sandboxsig.HeaderNonce), strconv.Itoa(resp.StatusCode))
	if err != nil {
		return fmt.Errorf("%w (answer with status %d)", err, resp.StatusCode)
	}
	return read(resp.StatusCode, got, answer)
}

// read reads an answer whose signature was verified.
func read(status int, body []byte, answer any) error {
	switch {
	case status == http.StatusOK:
		if err := json.Unmarshal(body, answer); err != nil {
			return fmt.Errorf("sandbox: answer: %w", err)
		}
		return nil
	case status >= 400 && status < 500:
		refused, err := decode[refusal](body)
		if err != nil {
			return err
		}
		return &channel.Refusal{
			Kind: refused.Code.kind(), Code: string(refused.Code), Message: refused.Message,
		}
	default:
		return fmt.Errorf("sandbox: answer with status %d", status)
	}
}

// ParseNotice implements channel.Port.
func (c *Client) ParseNotice(r *http.Request) (channel.Notice, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return channel.Notice{}, fmt.Errorf("sandbox: notice: %w", err)
	}
	if err := c.signer.Verify(r.Header, body, forNotice); err != nil {
		return channel.Notice{}, err
	}
	told, err := decode[noticeBody](body)
	if err != nil {
		return channel.Notice{}, err
	}
	notice := channel.Notice{ID: told.ID, Body: body}
	switch {
	case told.Charge != nil && told.Refund == nil:
		charge, err := told.Charge.charge()
		if err != nil {
			return channel.Notice{}, err
		}
		notice.Charge = &charge
	case told.Refund != nil && told.Charge == nil:
		refund, err := told.Refund.refund()
		if err != nil {
			return channel.Notice{}, err
		}
		notice.Refund = &refund
	default:
		return channel.Notice{}, errors.New("sandbox: a notice is of a charge or of a refund")
	}
	return notice, nil
}

// AcceptNotice implements channel.Port.
func (c *Client) AcceptNotice(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
