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

	"orderflow/internal/sandboxsig"
	"orderflow/internal/shipment/courier"
)

// maxTimeout bounds one call; a caller that wants less says so in its context.
const maxTimeout = 5 * time.Second

// ClientOptions says where the peer is and how to speak to it. BaseURL and Secret are required.
type ClientOptions struct {
	BaseURL string
	Secret  []byte
	// CallbackURL is where pushes are to be sent; empty leaves it to the peer's own setting.
	CallbackURL string
	HTTP        *http.Client     // nil: a client of its own; time-outs above 5 s become 5 s
	RealNow     func() time.Time // nil: time.Now
}

// Client is the courier.Port of the sandbox.
type Client struct {
	base        string
	callbackURL string
	http        *http.Client
	signer      sandboxsig.Signer
}

var _ courier.Port = (*Client)(nil)

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
	return &Client{
		base:        strings.TrimSuffix(o.BaseURL, "/"),
		callbackURL: o.CallbackURL,
		http:        hc,
		signer:      signer,
	}, nil
}

// Name implements courier.Port. It is not the payment sandbox's, whose callbacks are elsewhere.
func (c *Client) Name() string { return "sandbox-courier" }

// Carries implements courier.Port.
func (c *Client) Carries(carrier string) bool { return carrier == Carrier }

// Subscribe implements courier.Port.
func (c *Client) Subscribe(ctx context.Context, parcel courier.Parcel) error {
	ask := asking(parcel)
	ask.CallbackURL = c.callbackURL
	return c.call(ctx, "/v1/subscribe", ask, &struct{}{})
}

// Query implements courier.Port.
func (c *Client) Query(ctx context.Context, parcel courier.Parcel) (courier.Snapshot, error) {
	var answer snapshotBody
	if err := c.call(ctx, "/v1/query", asking(parcel), &answer); err != nil {
		return courier.Snapshot{}, err
	}
	return answer.snapshot()
}

// Intercept implements courier.Port.
func (c *Client) Intercept(ctx context.Context, parcel courier.Parcel, reason string) error {
	ask := asking(parcel)
	ask.Reason = reason
	return c.call(ctx, "/v1/intercept", ask, &struct{}{})
}

func asking(parcel courier.Parcel) askBody {
	return askBody{
		Reference: parcel.Reference, Carrier: parcel.Carrier, Number: parcel.Number,
		Phone: parcel.Phone,
	}
}

// call sends one signed request and reads one signed answer.
func (c *Client) call(ctx context.Context, path string, ask askBody, answer any) error {
	body, err := json.Marshal(ask)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	req, err := http.NewRequestWithContext(
		ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	req.Close = true
	req.Header.Set("Content-Type", "application/json")
	c.signer.Sign(req.Header, body, forRequest, http.MethodPost, path)
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
	if resp.StatusCode != http.StatusOK {
		refused, err := decode[refusal](got)
		if err != nil {
			return err
		}
		return &refused
	}
	if err := json.Unmarshal(got, answer); err != nil {
		return fmt.Errorf("sandbox: answer: %w", err)
	}
	return nil
}

// ParsePush implements courier.Port.
func (c *Client) ParsePush(r *http.Request) (courier.Push, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return courier.Push{}, fmt.Errorf("sandbox: push: %w", err)
	}
	if err := c.signer.Verify(r.Header, body, forPush); err != nil {
		return courier.Push{}, err
	}
	told, err := decode[pushBody](body)
	if err != nil {
		return courier.Push{}, err
	}
	if told.Reference == "" {
		return courier.Push{}, errors.New("sandbox: a push without a reference")
	}
	snapshot, err := told.Snapshot.snapshot()
	if err != nil {
		return courier.Push{}, err
	}
	return courier.Push{Reference: told.Reference, Snapshot: snapshot, Body: body}, nil
}

// AcceptPush implements courier.Port.
func (c *Client) AcceptPush(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
