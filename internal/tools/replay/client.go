package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	// requestTimeout bounds one request, except those that move the clock.
	requestTimeout = 2 * time.Minute
	// clockTimeout bounds a request that moves the clock and waits for all jobs that are due.
	clockTimeout = time.Hour
	// maxBody bounds the size of a response.
	maxBody = 64 << 20
)

// ErrUnavailable means that the server did not respond for as long as Options.Patience says.
var ErrUnavailable = errors.New("the server does not respond")

// client calls one server as many users.
type client struct {
	url      string
	http     *http.Client
	patience time.Duration

	mu     sync.Mutex
	tokens map[user]string
}

// user is a user for whom the development server issues a token.
type user struct {
	role, subject string
	shops         string // ids, separated by commas
}

func newClient(url string, workers int, patience time.Duration) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2 * workers
	return &client{
		url: strings.TrimSuffix(url, "/"), http: &http.Client{Transport: transport},
		patience: patience, tokens: map[user]string{},
	}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// transientError wraps an error after which the same request may succeed.
type transientError struct{ error }

func (p transientError) Unwrap() error { return p.error }

// retry repeats try while its error is transient.
func (c *client) retry(ctx context.Context, try func() error) error {
	const pause = 250 * time.Millisecond
	var since time.Time
	for {
		err := try()
		var transient transientError
		if !errors.As(err, &transient) || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if since.IsZero() {
			since = time.Now()
		}
		if time.Since(since) > c.patience {
			return fmt.Errorf("%w for %s: %w", ErrUnavailable, c.patience, transient.error)
		}
		sleep(ctx, pause)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// send sends one request and returns the response. A broken connection and a server that is
// stopping are transient errors.
func (c *client) send(
	ctx context.Context, method, address, token string, body []byte, limit time.Duration,
) (status int, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil, transientError{err}
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return 0, nil, transientError{err}
	}
	switch res.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusInternalServerError:
		return 0, nil, transientError{fmt.Errorf("%s: %s", res.Status, bytes.TrimSpace(answer))}
	}
	return res.StatusCode, answer, nil
}

// token fetches a token from the development server, once for each user.
func (c *client) token(ctx context.Context, who user) (string, error) {
	c.mu.Lock()
	known := c.tokens[who]
	c.mu.Unlock()
	if known != "" {
		return known, nil
	}
	query := url.Values{"role": {who.role}, "subject": {who.subject}}
	if who.shops != "" {
		query.Set("shop", who.shops)
	}
	status, answer, err := c.send(ctx, http.MethodGet, c.url+"/dev/token?"+query.Encode(), "",
		nil, requestTimeout)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(answer))
	if status != http.StatusOK {
		return "", fmt.Errorf("no token from %s/dev/token, which a development server has: %s",
			c.url, text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens[who] = text
	return text, nil
}

// operation is a GraphQL request.
type operation struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables,omitempty"`
}

// problem is a top-level error of a GraphQL answer.
type problem struct {
	Message    string `json:"message"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// do sends an operation until it is answered and decodes its data into out.
func (c *client) do(ctx context.Context, who user, op operation, out any) error {
	return c.retry(ctx, func() error { return c.doOnce(ctx, who, op, requestTimeout, out) })
}

// doOnce sends an operation once.
func (c *client) doOnce(
	ctx context.Context, who user, op operation, limit time.Duration, out any,
) error {
	token, err := c.token(ctx, who)
	if err != nil {
		return err
	}
	body, err := json.Marshal(op)
	if err != nil {
		return err
	}
	_, text, err := c.send(ctx, http.MethodPost, c.url+"/graphql", token, body, limit)
	if err != nil {
		return err
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []problem       `json:"errors"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return fmt.Errorf("%s is no GraphQL server: %w", c.url, err)
	}
	if len(answer.Errors) > 0 {
		first := answer.Errors[0]
		err := fmt.Errorf("%s: %s", first.Extensions.Code, first.Message)
		if first.Extensions.Code == "RATE_LIMITED" || first.Extensions.Code == "INTERNAL" {
			return transientError{err}
		}
		return err
	}
	return json.Unmarshal(answer.Data, out)
}

// poll calls holds with growing pauses until it returns true.
func (c *client) poll(
	ctx context.Context, what string, holds func() (bool, error),
) error {
	const least, largest, limit = 15 * time.Millisecond, 400 * time.Millisecond, 5 * time.Minute
	deadline := time.Now().Add(limit)
	for pause := least; ; pause = min(pause*3/2, largest) {
		done, err := holds()
		if done || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: still pending after %s", what, limit)
		}
		sleep(ctx, pause)
	}
}
