package pay

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
	"orderflow/internal/vocab"
)

// ParamPayURL is the client parameter that holds the address of the payer's page.
const ParamPayURL = "pay_url"

// ClientOptions describes a client; see sandbox.ClientOptions. BaseURL and Secret are required.
type ClientOptions struct {
	BaseURL string
	Secret  []byte
	// NotifyURL is where notices are to be sent; empty leaves it to the peer's own setting.
	NotifyURL string
	// Limits are the peer's; what they leave out is as in Options.
	Limits  channel.Limits
	HTTP    *http.Client
	RealNow func() time.Time
}

// Client is the channel.Port of the sandbox.
type Client struct {
	peer      *sandbox.Client
	notifyURL string
	limits    channel.Limits
}

var _ channel.Port = (*Client)(nil)

// NewClient returns a client of the peer at BaseURL.
func NewClient(o ClientOptions) (*Client, error) {
	peer, err := sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: o.BaseURL, Secret: o.Secret, HTTP: o.HTTP, RealNow: o.RealNow,
	})
	if err != nil {
		return nil, err
	}
	return &Client{peer: peer, notifyURL: o.NotifyURL, limits: withDefault(o.Limits)}, nil
}

// Name implements channel.Port.
func (c *Client) Name() vocab.PaymentChannel { return vocab.Sandbox }

// Limits implements channel.Port.
func (c *Client) Limits() channel.Limits { return c.limits }

// Open implements channel.Port. The client parameters are ParamPayURL and out_trade_no.
func (c *Client) Open(ctx context.Context, req channel.OpenRequest) (channel.Opened, error) {
	body := chargeCall{
		OutTradeNo: req.OutTradeNo, Description: req.Description, Amount: req.Amount,
		Currency: req.Currency, Account: req.Account, Payer: req.Payer,
		ExpiresAt: req.ExpiresAt.UTC(), NotifyURL: c.notifyURL,
	}
	var opened openedBody
	if err := c.call(ctx, http.MethodPost, "/v1/charges", body, &opened); err != nil {
		return channel.Opened{}, err
	}
	return channel.Opened{ClientParams: map[string]string{
		ParamPayURL:    c.peer.URL(opened.PayPath),
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
	body := refundCall{
		OutRefundNo: req.OutRefundNo, OutTradeNo: req.OutTradeNo, TransactionID: req.TransactionID,
		Amount: req.Amount, Total: req.Total, Currency: req.Currency, Account: req.Account,
		Reason: req.Reason, NotifyURL: c.notifyURL,
	}
	return c.refund(ctx, http.MethodPost, "/v1/refunds", body)
}

// QueryRefund implements channel.Port.
func (c *Client) QueryRefund(
	ctx context.Context, outRefundNo string,
) (channel.RefundResult, error) {
	return c.refund(ctx, http.MethodGet, "/v1/refunds/"+url.PathEscape(outRefundNo), nil)
}

func (c *Client) refund(
	ctx context.Context, method, path string, body any,
) (channel.RefundResult, error) {
	var answer refundBody
	if err := c.call(ctx, method, path, body, &answer); err != nil {
		return channel.RefundResult{}, err
	}
	return answer.refund()
}

// call returns a signed refusal as the port has it.
func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	err := c.peer.Call(ctx, method, path, body, answer)
	var refused *sandbox.Refusal
	if errors.As(err, &refused) {
		return &channel.Refusal{
			Kind: kindOf(refused.Code), Code: string(refused.Code), Message: refused.Message,
		}
	}
	return err
}

// ParseNotice implements channel.Port.
func (c *Client) ParseNotice(r *http.Request) (channel.Notice, error) {
	body, err := c.peer.ReadMessage(r, useNotice)
	if err != nil {
		return channel.Notice{}, err
	}
	content, err := sandbox.Decode[noticeBody](body)
	if err != nil {
		return channel.Notice{}, err
	}
	notice := channel.Notice{ID: content.ID, Body: body}
	switch {
	case content.Charge != nil && content.Refund == nil:
		charge, err := content.Charge.charge()
		if err != nil {
			return channel.Notice{}, err
		}
		notice.Charge = &charge
	case content.Refund != nil && content.Charge == nil:
		refund, err := content.Refund.refund()
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
