package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ClientOptions describes a client. BaseURL and Secret are required.
type ClientOptions struct {
	BaseURL string // of the peer
	Secret  []byte
	HTTP    *http.Client     // nil: a client of its own; time-outs above 5 s become 5 s
	RealNow func() time.Time // nil: time.Now
}

// Client calls a peer and reads its messages; safe for concurrent use.
type Client struct {
	base   string
	http   *http.Client
	signer Signer
}

// NewClient returns a client of the peer at BaseURL.
func NewClient(o ClientOptions) (*Client, error) {
	signer, err := NewSigner(o.Secret, o.RealNow)
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
	return &Client{base: strings.TrimSuffix(o.BaseURL, "/"), http: hc, signer: signer}, nil
}

// URL returns the address of a path of the peer.
func (c *Client) URL(path string) string { return c.base + path }

// Call sends one signed request, without a body when call is nil, and reads one signed answer. A
// signed refusal is a *Refusal.
func (c *Client) Call(ctx context.Context, method, path string, call, answer any) error {
	var body []byte
	if call != nil {
		var err error
		if body, err = json.Marshal(call); err != nil {
			return fmt.Errorf("sandbox: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.URL(path), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	// net/http repeats a GET by itself when a kept connection breaks; a port never repeats.
	req.Close = true
	req.Header.Set("Content-Type", "application/json")
	c.signer.Sign(req.Header, body, useRequest, method, path)
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, MaxBody))
	if err != nil {
		return fmt.Errorf("sandbox: answer: %w", err)
	}
	err = c.signer.Verify(resp.Header, got,
		useAnswer, req.Header.Get(headerNonce), strconv.Itoa(resp.StatusCode))
	if err != nil {
		return fmt.Errorf("%w (answer with status %d)", err, resp.StatusCode)
	}
	return readAnswer(resp.StatusCode, got, answer)
}

// readAnswer reads an answer whose signature was verified.
func readAnswer(status int, body []byte, answer any) error {
	switch {
	case status == http.StatusOK:
		if err := json.Unmarshal(body, answer); err != nil {
			return fmt.Errorf("sandbox: answer: %w", err)
		}
		return nil
	case status >= 400 && status < 500:
		refused, err := Decode[Refusal](body)
		if err != nil {
			return err
		}
		return &refused
	default:
		return fmt.Errorf("sandbox: answer with status %d", status)
	}
}

// ReadMessage reads a message that is signed for a use: Service.Use.
func (c *Client) ReadMessage(r *http.Request, use string) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody))
	if err != nil {
		return nil, fmt.Errorf("sandbox: message: %w", err)
	}
	if err := c.signer.Verify(r.Header, body, use); err != nil {
		return nil, err
	}
	return body, nil
}
