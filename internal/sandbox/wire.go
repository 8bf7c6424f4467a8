package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// MaxBody bounds what either side reads from the other.
	MaxBody = 1 << 20

	// maxTimeout bounds one call; a caller that wants less has it in its context.
	maxTimeout = 5 * time.Second
)

// Code is the reason of a signed refusal.
type Code string

// CodeBadRequest refuses a call that is not readable or not complete.
const CodeBadRequest Code = "BAD_REQUEST"

// Refusal is a signed answer that a call is not possible.
type Refusal struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Error implements error.
func (r *Refusal) Error() string { return "sandbox: " + string(r.Code) + ": " + r.Message }

// Refuse returns a refusal with a formatted message.
func Refuse(code Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Decode reads JSON and accepts no unknown fields.
func Decode[T any](body []byte) (T, error) {
	var value T
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&value); err != nil {
		return value, fmt.Errorf("sandbox: not readable: %w", err)
	}
	return value, nil
}

// NewMessage returns a signed request that carries a message.
func (s Signer) NewMessage(
	ctx context.Context, url, use string, body []byte,
) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("sandbox: message: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	s.Sign(req.Header, body, use)
	return req, nil
}

// SendMessage returns an error unless the receiver accepts the message.
func SendMessage(client *http.Client, message *http.Request) error {
	resp, err := client.Do(message)
	if err != nil {
		return fmt.Errorf("sandbox: message: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, MaxBody))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("sandbox: the message was answered with %s", resp.Status)
	}
	return nil
}
