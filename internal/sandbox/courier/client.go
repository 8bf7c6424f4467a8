package courier

import (
	"context"
	"errors"
	"net/http"
	"time"

	"orderflow/internal/sandbox"
	"orderflow/internal/shipment/courier"
)

// ClientOptions describes a client; see sandbox.ClientOptions. BaseURL and Secret are required.
type ClientOptions struct {
	BaseURL string
	Secret  []byte
	// CallbackURL is where pushes are to be sent; empty leaves it to the peer's own setting.
	CallbackURL string
	HTTP        *http.Client
	RealNow     func() time.Time
}

// Client is the courier.Port of the sandbox.
type Client struct {
	peer        *sandbox.Client
	callbackURL string
}

var _ courier.Port = (*Client)(nil)

// NewClient returns a client of the peer at BaseURL.
func NewClient(o ClientOptions) (*Client, error) {
	peer, err := sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: o.BaseURL, Secret: o.Secret, HTTP: o.HTTP, RealNow: o.RealNow,
	})
	if err != nil {
		return nil, err
	}
	return &Client{peer: peer, callbackURL: o.CallbackURL}, nil
}

// Name implements courier.Port. It is not the payment sandbox's, whose callbacks are elsewhere.
func (c *Client) Name() string { return "sandbox-courier" }

// Carries implements courier.Port.
func (c *Client) Carries(carrier string) bool { return carrier == Carrier }

// Subscribe implements courier.Port.
func (c *Client) Subscribe(ctx context.Context, parcel courier.Parcel) error {
	call := callOf(parcel)
	call.CallbackURL = c.callbackURL
	return c.call(ctx, "/v1/subscribe", call, &struct{}{})
}

// Query implements courier.Port.
func (c *Client) Query(ctx context.Context, parcel courier.Parcel) (courier.Snapshot, error) {
	var answer snapshotBody
	if err := c.call(ctx, "/v1/query", callOf(parcel), &answer); err != nil {
		return courier.Snapshot{}, err
	}
	return answer.snapshot()
}

// Intercept implements courier.Port.
func (c *Client) Intercept(ctx context.Context, parcel courier.Parcel, reason string) error {
	call := callOf(parcel)
	call.Reason = reason
	return c.call(ctx, "/v1/intercept", call, &struct{}{})
}

func callOf(parcel courier.Parcel) callBody {
	return callBody{
		Reference: parcel.Reference, Carrier: parcel.Carrier, Number: parcel.Number,
		Phone: parcel.Phone,
	}
}

func (c *Client) call(ctx context.Context, path string, call callBody, answer any) error {
	return c.peer.Call(ctx, http.MethodPost, path, call, answer)
}

// ParsePush implements courier.Port.
func (c *Client) ParsePush(r *http.Request) (courier.Push, error) {
	body, err := c.peer.ReadMessage(r, usePush)
	if err != nil {
		return courier.Push{}, err
	}
	push, err := sandbox.Decode[pushBody](body)
	if err != nil {
		return courier.Push{}, err
	}
	if push.Reference == "" {
		return courier.Push{}, errors.New("sandbox: a push without a reference")
	}
	snapshot, err := push.Snapshot.snapshot()
	if err != nil {
		return courier.Push{}, err
	}
	return courier.Push{Reference: push.Reference, Snapshot: snapshot, Body: body}, nil
}

// AcceptPush implements courier.Port.
func (c *Client) AcceptPush(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
