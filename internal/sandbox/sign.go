package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	headerTimestamp = "Sandbox-Timestamp"
	headerNonce     = "Sandbox-Nonce" // makes every signature unique
	headerSignature = "Sandbox-Signature"

	maxAge    = 5 * time.Minute
	minSecret = 16
)

// The use of a signature is the first part that it is bound to, so that a signature for one use is
// invalid for another. Messages have uses of their own: Service.Use.
const (
	useRequest = "request"
	useAnswer  = "answer"
)

// Signer signs and verifies. Safe for concurrent use.
type Signer struct {
	// Secret is shared by both sides.
	Secret []byte
	// Now is real time.
	Now func() time.Time
}

// NewSigner returns a signer that takes its time from now; nil is time.Now. A secret has at least
// 16 bytes.
func NewSigner(secret []byte, now func() time.Time) (Signer, error) {
	if len(secret) < minSecret {
		return Signer{}, fmt.Errorf("sandbox: the secret must have at least %d bytes", minSecret)
	}
	if now == nil {
		now = time.Now
	}
	return Signer{Secret: secret, Now: now}, nil
}

// Sign sets the headers that sign body together with what it is bound to.
func (s Signer) Sign(h http.Header, body []byte, bound ...string) {
	timestamp := strconv.FormatInt(s.Now().Unix(), 10)
	nonce := rand.Text()
	h.Set(headerTimestamp, timestamp)
	h.Set(headerNonce, nonce)
	h.Set(headerSignature, hex.EncodeToString(s.mac(timestamp, nonce, body, bound)))
}

// Verify returns an error unless the headers sign body together with what it is bound to, now.
func (s Signer) Verify(h http.Header, body []byte, bound ...string) error {
	timestamp := h.Get(headerTimestamp)
	given, err := hex.DecodeString(h.Get(headerSignature))
	if err != nil || len(given) == 0 {
		return errors.New("sandbox: not signed")
	}
	if !hmac.Equal(given, s.mac(timestamp, h.Get(headerNonce), body, bound)) {
		return errors.New("sandbox: the signature is wrong")
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("sandbox: timestamp: %w", err)
	}
	if age := s.Now().Sub(time.Unix(seconds, 0)).Abs(); age > maxAge {
		return fmt.Errorf("sandbox: the signature is %s old", age)
	}
	return nil
}

// mac writes the length before every part: no two lists of parts look the same.
func (s Signer) mac(timestamp, nonce string, body []byte, bound []string) []byte {
	mac := hmac.New(sha256.New, s.Secret)
	for _, parts := range [][]string{bound, {timestamp, nonce}} {
		for _, part := range parts {
			fmt.Fprintf(mac, "%d:%s\n", len(part), part)
		}
	}
	mac.Write(body)
	return mac.Sum(nil)
}
