package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"orderflow/internal/sandbox"
)

func signer(t *testing.T, secret string, at time.Time) sandbox.Signer {
	t.Helper()
	s, err := sandbox.NewSigner([]byte(secret), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSignature(t *testing.T) {
	t.Parallel()
	const secret = "sixteen bytes at least"
	signedAt := time.Unix(1_800_000_000, 0)
	h := http.Header{}
	signer(t, secret, signedAt).Sign(h, []byte("body"), "request", "POST", "/a")
	for name, test := range map[string]struct {
		secret string
		later  time.Duration
		body   string
		bound  []string
		fine   bool
	}{
		"itself":          {secret, 0, "body", []string{"request", "POST", "/a"}, true},
		"in time":         {secret, 5 * time.Minute, "body", []string{"request", "POST", "/a"}, true},
		"too late":        {secret, 301 * time.Second, "body", []string{"request", "POST", "/a"}, false},
		"from the future": {secret, -time.Hour, "body", []string{"request", "POST", "/a"}, false},
		"other body":      {secret, 0, "Body", []string{"request", "POST", "/a"}, false},
		"other use":       {secret, 0, "body", []string{"answer", "POST", "/a"}, false},
		"parts joined":    {secret, 0, "body", []string{"request", "POST/a"}, false},
		"other secret":    {secret + ".", 0, "body", []string{"request", "POST", "/a"}, false},
	} {
		s := signer(t, test.secret, signedAt.Add(test.later))
		if err := s.Verify(h, []byte(test.body), test.bound...); (err == nil) != test.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := signer(t, secret, signedAt)
	for _, name := range []string{"Sandbox-Timestamp", "Sandbox-Nonce", "Sandbox-Signature"} {
		changed := h.Clone()
		changed.Set(name, changed.Get(name)+"0")
		if s.Verify(changed, []byte("body"), "request", "POST", "/a") == nil {
			t.Errorf("believed with another %s", name)
		}
	}
}

func TestShortSecret(t *testing.T) {
	t.Parallel()
	if _, err := sandbox.NewSigner([]byte("fifteen bytes.."), nil); err == nil {
		t.Error("a signer with a short secret")
	}
}
