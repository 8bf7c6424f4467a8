package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/vocab"
)

const (
	trustedIssuer = "https://id.example"
	ourAudience   = "orderflow"
)

// keySet is a token issuer on loopback.
type keySet struct {
	*httptest.Server
	mu      sync.Mutex
	keys    map[string]any // private keys, or what is published as it is
	fetches atomic.Int64
	down    atomic.Bool
}

func newKeySet(t *testing.T) *keySet {
	t.Helper()
	s := &keySet{keys: map[string]any{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *keySet) serve(w http.ResponseWriter, _ *http.Request) {
	s.fetches.Add(1)
	if s.down.Load() {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var published []map[string]string
	for id, key := range s.keys {
		published = append(published, jwk(id, key))
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"keys": published})
}

func (s *keySet) publish(id string, key any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[id] = key
}

func (s *keySet) withdraw(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, id)
}

func (s *keySet) verifier(t *testing.T) *auth.Verifier {
	t.Helper()
	return verifier(t, auth.Options{
		JWKSURL: s.URL, Issuer: trustedIssuer, Audience: ourAudience, Now: clock,
		Log: slog.New(slog.DiscardHandler),
	})
}

func jwk(id string, key any) map[string]string {
	text := func(n *big.Int) string {
		return base64.RawURLEncoding.EncodeToString(n.FillBytes(make([]byte, (n.BitLen()+7)/8)))
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return map[string]string{"kid": id, "kty": "RSA", "use": "sig", "n": text(key.N),
			"e": text(big.NewInt(int64(key.E)))}
	case *ecdsa.PrivateKey:
		point, err := key.PublicKey.Bytes()
		if err != nil {
			panic(err)
		}
		return map[string]string{"kid": id, "kty": "EC", "alg": "ES256", "crv": "P-256",
			"x": base64.RawURLEncoding.EncodeToString(point[1:33]),
			"y": base64.RawURLEncoding.EncodeToString(point[33:])}
	case map[string]string:
		return key
	case []byte:
		return map[string]string{"kid": id, "kty": "oct", "alg": "HS256",
			"k": base64.RawURLEncoding.EncodeToString(key)}
	}
	panic("unknown key")
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func ecKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signed(t testing.TB, method jwt.SigningMethod, id string, key any, said jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, said)
	if id != "" {
		token.Header["kid"] = id
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func platform() jwt.MapClaims {
	return jwt.MapClaims{
		"sub": "staff-1", "role": "PLATFORM", "iss": trustedIssuer, "aud": ourAudience,
		"exp": clock().Unix() + 60,
	}
}

func TestKeySetBelievesBothAlgorithms(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	r, e := rsaKey(t), ecKey(t)
	issuer.publish("r1", r)
	issuer.publish("e1", e)
	v := issuer.verifier(t)
	for _, token := range []string{
		signed(t, jwt.SigningMethodRS256, "r1", r, platform()),
		signed(t, jwt.SigningMethodES256, "e1", e, platform()),
	} {
		viewer, err := v.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if viewer.Subject != "staff-1" || viewer.Role != vocab.Platform {
			t.Errorf("got %+v", viewer)
		}
	}
	if n := issuer.fetches.Load(); n != 1 {
		t.Errorf("the keys were fetched %d times for known keys, want 1", n)
	}
}

func TestRotatedKeyIsFetchedAtOnce(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	old, fresh := rsaKey(t), rsaKey(t)
	issuer.publish("r1", old)
	v := issuer.verifier(t)
	issuer.publish("r2", fresh)
	token := signed(t, jwt.SigningMethodRS256, "r2", fresh, platform())
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Fatalf("token of the new key: %v", err)
	}
	for range 20 {
		unknown := signed(t, jwt.SigningMethodRS256, "made-up", old, platform())
		_, err := v.Verify(t.Context(), unknown)
		refused(t, err, "key is not known")
	}
	if n := issuer.fetches.Load(); n != 2 {
		t.Errorf("%d fetches, want one at the start and one for the new key", n)
	}
}

func TestServerStartsBeforeItsIssuer(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	key := rsaKey(t)
	issuer.publish("r1", key)
	issuer.down.Store(true)
	v := issuer.verifier(t)
	issuer.down.Store(false)
	token := signed(t, jwt.SigningMethodRS256, "r1", key, platform())
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("after the issuer came up: %v", err)
	}
}

func TestKeySetRefusesOtherAlgorithms(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	key, secret := rsaKey(t), []byte(strings.Repeat("s", 32))
	issuer.publish("r1", key)
	issuer.publish("shared", secret)
	v := issuer.verifier(t)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	published := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	hs256, rs256 := jwt.SigningMethodHS256, jwt.SigningMethodRS256
	unsigned := signed(t, jwt.SigningMethodNone, "r1", jwt.UnsafeAllowNoneSignatureType, platform())
	for name, token := range map[string]string{
		"HMAC with the public key as PEM": signed(t, hs256, "r1", published, platform()),
		"HMAC with the public key as DER": signed(t, hs256, "r1", der, platform()),
		"HMAC with a published secret":    signed(t, hs256, "shared", secret, platform()),
		"none":                            unsigned,
		"RS512":                           signed(t, jwt.SigningMethodRS512, "r1", key, platform()),
		"PS256":                           signed(t, jwt.SigningMethodPS256, "r1", key, platform()),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(t.Context(), token)
			refused(t, err, "signature or algorithm")
		})
	}
	other := rsaKey(t)
	_, err = v.Verify(t.Context(), signed(t, rs256, "r1", other, platform()))
	refused(t, err, "signature or algorithm")
	_, err = v.Verify(t.Context(), signed(t, rs256, "", key, platform()))
	refused(t, err, "key is not known")
}

func TestKeySetChecksIssuerAndAudience(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	key := rsaKey(t)
	issuer.publish("r1", key)
	v := issuer.verifier(t)
	for _, c := range []struct {
		claim string
		value any
		want  string
	}{
		{"aud", "another", "another audience"},
		{"aud", []string{"a", "b"}, "another audience"},
		{"aud", nil, "claim is missing"},
		{"iss", "https://evil.example", "issuer is not the one"},
		{"iss", nil, "claim is missing"},
	} {
		said := platform()
		said[c.claim] = c.value
		_, err := v.Verify(t.Context(), signed(t, jwt.SigningMethodRS256, "r1", key, said))
		refused(t, err, c.want)
	}
}

func refused(t *testing.T, err error, message string) {
	t.Helper()
	if !fault.Is(err, fault.Unauthenticated) || !strings.Contains(err.Error(), message) {
		t.Errorf("got %v, want UNAUTHENTICATED with %q", err, message)
	}
}
