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
	headerNonce     = "Sandbox-Nonce"
	headerSignature = "Sandbox-Signature"

	signatureAge = 5 * time.Minute
	minSecret    = 16
)

var errSecret = fmt.Errorf("sandbox: the secret must have at least %d bytes", minSecret)

// What a signature is for comes first in what it binds, so that none can be used as another.
const (
	forRequest = "request"
	forAnswer  = "answer"
	forNotice  = "notice"
)

// signer signs and verifies in real time.
type signer struct {
	secret []byte
	now    func() time.Time
}

// sign sets the headers that sign body together with what it is bound to.
func (s signer) sign(h http.Header, body []byte, bound ...string) {
	timestamp := strconv.FormatInt(s.now().Unix(), 10)
	nonce := rand.Text()
	h.Set(headerTimestamp, timestamp)
	h.Set(headerNonce, nonce)
	h.Set(headerSignature, hex.EncodeToString(s.mac(timestamp, nonce, body, bound)))
}

func (s signer) verify(h http.Header, body []byte, bound ...string) error {
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
	if age := s.now().Sub(time.Unix(seconds, 0)).Abs(); age > signatureAge {
		return fmt.Errorf("sandbox: the signature is %s old", age)
	}
	return nil
}

// mac writes the length before every part: no two lists of parts look the same.
func (s signer) mac(timestamp, nonce string, body []byte, bound []string) []byte {
	mac := hmac.New(sha256.New, s.secret)
	for _, parts := range [][]string{bound, {timestamp, nonce}} {
		for _, part := range parts {
			fmt.Fprintf(mac, "%d:%s\n", len(part), part)
		}
	}
	mac.Write(body)
	return mac.Sum(nil)
}
