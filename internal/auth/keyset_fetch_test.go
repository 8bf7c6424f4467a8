package auth_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"orderflow/internal/auth"
)

func remote(t *testing.T, address string, o auth.Options) *auth.Verifier {
	t.Helper()
	o.JWKSURL, o.Issuer, o.Audience = address, trustedIssuer, ourAudience
	if o.Now == nil {
		o.Now = clock
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return verifier(t, o)
}

func TestRotatedKeyEnds(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	old, fresh := rsaKey(t), rsaKey(t)
	issuer.publish("r1", old)
	v := issuer.verifier(t)
	first := signed(t, jwt.SigningMethodRS256, "r1", old, platform())
	if _, err := v.Verify(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	issuer.withdraw("r1")
	issuer.publish("r2", fresh)
	second := signed(t, jwt.SigningMethodRS256, "r2", fresh, platform())
	if _, err := v.Verify(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	_, err := v.Verify(t.Context(), first)
	refused(t, err, "key is not known")
}

func TestKeysThatCannotBeFetchedAgainEnd(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	key := rsaKey(t)
	issuer.publish("r1", key)
	var later atomic.Int64
	now := func() time.Time { return started.Add(time.Duration(later.Load())) }
	v := remote(t, issuer.URL, auth.Options{Now: now})
	issuer.down.Store(true)
	for _, c := range []struct {
		after time.Duration
		want  string
	}{{24 * time.Hour, ""}, {25 * time.Hour, "key is not known"}} {
		later.Store(int64(c.after))
		claims := platform()
		claims["exp"] = now().Add(time.Minute).Unix()
		_, err := v.Verify(t.Context(), signed(t, jwt.SigningMethodRS256, "r1", key, claims))
		if c.want != "" {
			refused(t, err, c.want)
		} else if err != nil {
			t.Errorf("after %s: %v", c.after, err)
		}
	}
}

// An issuer that does not answer holds no token of an unknown key until the fetch is given up.
func TestMadeUpKeyWaitsForNobody(t *testing.T) {
	t.Parallel()
	key := rsaKey(t)
	var fetches, given atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fetches.Add(1) == 1 {
			fmt.Fprint(w, `{"keys":[]}`)
			return
		}
		<-r.Context().Done()
		given.Add(1)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	v := remote(t, server.URL, auth.Options{})
	for range 2 {
		_, err := v.Verify(t.Context(), signed(t, jwt.SigningMethodRS256, "x", key, platform()))
		refused(t, err, "key is not known")
		if given.Load() > 0 {
			t.Error("the token waited for the end of the fetch")
		}
	}
}

// A fetch goes to the address that the operator named and to no other, and reads a bounded answer.
func TestKeysThatAreNotTaken(t *testing.T) {
	t.Parallel()
	key := rsaKey(t)
	elsewhere := newKeySet(t)
	elsewhere.publish("r1", key)
	long := strings.Repeat(" ", 300<<10)
	many := strings.Repeat(`{"kty":"oct","k":"AA","kid":"x"},`, 200)
	for name, answer := range map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"keys":[]%s}`, long)
		},
		"too many": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"keys":[%s{}]}`, many)
		},
		"no key set": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"keys":[`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(answer)
			t.Cleanup(server.Close)
			var log bytes.Buffer
			v := remote(t, server.URL, auth.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
			if !strings.Contains(log.String(), "keys cannot be fetched") {
				t.Errorf("logged %q", log.String())
			}
			_, err := v.Verify(t.Context(), signed(t, jwt.SigningMethodRS256, "r1", key, platform()))
			refused(t, err, "key is not known")
		})
	}
	if n := elsewhere.fetches.Load(); n != 0 {
		t.Errorf("the other host was asked %d times", n)
	}
}

// One key that cannot be read takes no other away, and weak or foreign keys verify nothing.
func TestKeysBesideUnusableOnes(t *testing.T) {
	t.Parallel()
	issuer := newKeySet(t)
	good, used := rsaKey(t), rsaKey(t)
	issuer.publish("good", good)
	issuer.publish("broken", map[string]string{"kid": "broken", "kty": "RSA", "n": "!", "e": "AQAB"})
	issuer.publish("unknown", map[string]string{"kid": "unknown", "kty": "new"})
	encrypting := jwk("encrypting", used)
	encrypting["use"] = "enc"
	issuer.publish("encrypting", encrypting)
	other := jwk("other", used)
	other["alg"] = "RS512"
	issuer.publish("other", other)
	v := issuer.verifier(t)
	_, err := v.Verify(t.Context(), signed(t, jwt.SigningMethodRS256, "good", good, platform()))
	if err != nil {
		t.Error(err)
	}
	for _, id := range []string{"broken", "unknown", "encrypting", "other", ""} {
		_, err := v.Verify(t.Context(), signed(t, jwt.SigningMethodRS256, id, used, platform()))
		refused(t, err, "key is not known")
	}
}

// The URL may hold a password and a key; neither is logged or part of an error, whoever fails.
func TestTheURLOfTheKeysIsSecret(t *testing.T) {
	t.Parallel()
	var asked atomic.Value
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		asked.Store(user + " " + password + " " + r.URL.RawQuery)
		w.Header().Set("Location", "http://%zz/"+r.URL.RawQuery)
		w.WriteHeader(http.StatusFound)
	}))
	t.Cleanup(echo.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	const secrets = "alice hunter2 token=opensesame"
	for name, host := range map[string]string{
		"echo": echo.Listener.Addr().String(), "closed": closed.Listener.Addr().String(),
		"no port": "127.0.0.1:port", "scheme": "",
	} {
		address := "http://alice:hunter2@" + host + "/keys?token=opensesame"
		if name == "scheme" {
			address = "gopher" + strings.TrimPrefix(address, "http")
		}
		var log bytes.Buffer
		_, err := auth.NewVerifier(t.Context(), auth.Options{
			JWKSURL: address, Issuer: trustedIssuer, Audience: ourAudience,
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		text := log.String() + fmt.Sprint(err)
		if log.Len() == 0 && err == nil {
			t.Errorf("%s: nothing failed", name)
		}
		for _, word := range strings.Fields(secrets) {
			if strings.Contains(text, word) {
				t.Errorf("%s: %q is in %s", name, word, text)
			}
		}
	}
	if asked.Load() != secrets {
		t.Errorf("the issuer was asked with %q", asked.Load())
	}
}
