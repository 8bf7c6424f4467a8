package auth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

var (
	secret  = []byte("a secret that only this test knows!")
	started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func clock() time.Time { return started }

func verifier(t testing.TB, o auth.Options) *auth.Verifier {
	t.Helper()
	v, err := auth.NewVerifier(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func issuer(t *testing.T, o auth.Options) *auth.Issuer {
	t.Helper()
	i, err := auth.NewIssuer(o)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestIssuedTokenNamesItsViewer(t *testing.T) {
	t.Parallel()
	options := auth.Options{Secret: secret, Now: clock}
	a, b := globalid.New(globalid.Shop), globalid.New(globalid.Shop)
	token, err := issuer(t, options).Issue("mei", vocab.Merchant,
		[]globalid.ID{b, a, b}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := verifier(t, options).Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if viewer.Subject != "mei" || viewer.Role != vocab.Merchant ||
		!slices.Equal(viewer.Shops, []globalid.ID{a, b}) ||
		!viewer.Expires.Equal(started.Add(time.Hour)) {
		t.Errorf("got %+v", viewer)
	}

	other := auth.Options{Secret: []byte(strings.Repeat("another ", 4)), Now: clock}
	_, err = verifier(t, other).Verify(t.Context(), token)
	refused(t, err, "signature or algorithm")
}

func TestTokenExpiresToTheSecond(t *testing.T) {
	t.Parallel()
	now := started
	options := auth.Options{Secret: secret, Now: func() time.Time { return now }}
	v := verifier(t, options)
	token, err := issuer(t, options).Issue("lin", vocab.Buyer, nil, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	now = started.Add(time.Minute - time.Millisecond)
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("just before: %v", err)
	}
	now = started.Add(time.Minute)
	_, err = v.Verify(t.Context(), token)
	refused(t, err, "expired; ask for a new one")
	now = started.Add(time.Hour)
	_, err = v.Verify(t.Context(), token)
	refused(t, err, "expired; ask for a new one")
}

func TestClaims(t *testing.T) {
	t.Parallel()
	v := verifier(t, auth.Options{Secret: secret, Now: clock})
	shop, order := globalid.New(globalid.Shop).String(), globalid.New(globalid.Order).String()
	many := make([]string, 101)
	for i := range many {
		many[i] = globalid.New(globalid.Shop).String()
	}
	for _, c := range []struct {
		name  string
		claim string
		value any
		want  string // empty: accepted
	}{
		{"plain", "iat", nil, ""},
		{"a level", "level", 3, ""},
		{"an issuer whose clock is a little ahead", "nbf", started.Unix() + 20, ""},
		{"not yet valid", "nbf", started.Unix() + 60, "not valid yet"},
		{"no expiry", "exp", nil, "claim is missing"},
		{"expiry as text", "exp", "tomorrow", "not a JWT"},
		{"no subject", "sub", nil, "claim sub"},
		{"long subject", "sub", strings.Repeat("s", 129), "claim sub"},
		{"a blank before the subject", "sub", " lin", "claim sub"},
		{"a blank after the subject", "sub", "lin ", "claim sub"},
		{"a wide blank after the subject", "sub", "lin\u3000", "claim sub"},
		{"a line break in the subject", "sub", "lin\nmei", "claim sub"},
		{"a zero byte in the subject", "sub", "lin\x00", "claim sub"},
		{"a zero-width space in the subject", "sub", "l\u200bin", "claim sub"},
		{"a reversed subject", "sub", "\u202enil", "claim sub"},
		{"a subject that is no text", "sub", "lin\ufffd", "claim sub"},
		{"a subject with a Hangul filler", "sub", "lin\u3164", "claim sub"},
		{"a subject with a joiner of graphemes", "sub", "l\u034fin", "claim sub"},
		{"a subject with a variation selector", "sub", "lin\ufe0f", "claim sub"},
		{"a subject with a blank of Braille", "sub", "lin\u2800", "claim sub"},
		{"a subject with a character for private use", "sub", "lin\ue000", "claim sub"},
		{"a subject with a character that does not exist", "sub", "lin\u0378", "claim sub"},
		{"a subject with a blank that does not break", "sub", "l\u00a0in", "claim sub"},
		{"a blank inside the subject", "sub", "Li 李", ""},
		{"the longest life", "exp", started.Unix() + 24*3600, ""},
		{"a longer life", "exp", started.Unix() + 24*3600 + 31, "lives longer"},
		{"a life of ages", "exp", 1e17, "lives longer"},
		{"a life beyond numbers", "exp", 1e300, "expired"},
		{"a longer life that has begun", "iat", started.Unix() - 24*3600, "lives longer"},
		{"issued tomorrow", "iat", started.Unix() + 60, "not issued yet"},
		{"longest subject", "sub", strings.Repeat("s", 128), ""},
		{"no role", "role", nil, "claim role"},
		{"unknown role", "role", "ADMIN", "claim role"},
		{"lower-case role", "role", "buyer", "claim role"},
		{"the system's role", "role", "SYSTEM", "claim role"},
		{"negative level", "level", -1, "claim level"},
		{"a buyer with shops", "shops", []string{shop}, "must be left out"},
		{"not an id", "shops", []string{"shop_1"}, "shops[0]"},
		{"an order as shop", "shops", []string{shop, order}, "shops[1]"},
		{"too many shops", "shops", many, "at most 100"},
		{"a merchant without shops", "role", "MERCHANT", "at least one shop"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			said := jwt.MapClaims{"sub": "lin", "role": "BUYER", "exp": started.Unix() + 60}
			said[c.claim] = c.value
			if c.value == nil {
				delete(said, c.claim)
			}
			viewer, err := v.Verify(t.Context(),
				signed(t, jwt.SigningMethodHS256, "", secret, said))
			switch {
			case c.want != "":
				refused(t, err, c.want)
			case err != nil:
				t.Error(err)
			case c.claim == "level" && viewer.Level != c.value:
				t.Errorf("level %d, want %v", viewer.Level, c.value)
			}
		})
	}
}

func TestHundredShopsFit(t *testing.T) {
	t.Parallel()
	options := auth.Options{Secret: secret, Now: clock}
	shops := make([]globalid.ID, 100)
	for i := range shops {
		shops[i] = globalid.New(globalid.Shop)
	}
	token, err := issuer(t, options).Issue(strings.Repeat("s", 128), vocab.Warehouse, shops,
		time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier(t, options).Verify(t.Context(), token); err != nil {
		t.Error(err)
	}
}

func TestSecretBelievesOnlyHS256(t *testing.T) {
	t.Parallel()
	v := verifier(t, auth.Options{Secret: secret, Now: clock})
	for name, token := range map[string]string{
		"none":  signed(t, jwt.SigningMethodNone, "", jwt.UnsafeAllowNoneSignatureType, platform()),
		"HS512": signed(t, jwt.SigningMethodHS512, "", secret, platform()),
		"RS256": signed(t, jwt.SigningMethodRS256, "", rsaKey(t), platform()),
		"ES256": signed(t, jwt.SigningMethodES256, "", ecKey(t), platform()),
	} {
		_, err := v.Verify(t.Context(), token)
		if !fault.Is(err, fault.Unauthenticated) || !strings.Contains(err.Error(), "algorithm") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := v.Verify(t.Context(), strings.Repeat("x", 9000))
	refused(t, err, "longer than")
	_, err = v.Verify(t.Context(), "")
	refused(t, err, "not a JWT")
}

func TestOptionsThatCannotWork(t *testing.T) {
	t.Parallel()
	url := "http://127.0.0.1:1/keys"
	for name, o := range map[string]auth.Options{
		"nothing":      {},
		"both":         {Secret: secret, JWKSURL: url, Issuer: "i", Audience: "a"},
		"short secret": {Secret: secret[:31]},
		"no issuer":    {JWKSURL: url, Audience: "a"},
		"no audience":  {JWKSURL: url, Issuer: "i"},
		"not a URL":    {JWKSURL: "keys", Issuer: "i", Audience: "a"},
	} {
		if _, err := auth.NewVerifier(t.Context(), o); err == nil {
			t.Errorf("%s: a verifier was made", name)
		}
		if _, err := auth.NewIssuer(o); err == nil {
			t.Errorf("%s: an issuer was made", name)
		}
	}
}

func TestIssueRefusesWhatVerifyWould(t *testing.T) {
	t.Parallel()
	i := issuer(t, auth.Options{Secret: secret, Issuer: "i", Audience: "a"})
	_, err := i.Issue("mei", vocab.Merchant, nil, time.Hour)
	refused(t, err, "at least one shop")
	_, err = i.Issue("job", vocab.System, nil, time.Hour)
	refused(t, err, "claim role")
	for _, ttl := range []time.Duration{-time.Hour, 0, 31 * 24 * time.Hour} {
		if _, err := i.Issue("lin", vocab.Buyer, nil, ttl); err == nil {
			t.Errorf("a token of %s was made", ttl)
		}
	}
}

func FuzzVerify(f *testing.F) {
	v := verifier(f, auth.Options{Secret: secret, Now: clock})
	genuine := signed(f, jwt.SigningMethodHS256, "", secret, platform())
	f.Add(genuine[:len(genuine)-1])
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Add("bnVsbA.bnVsbA.")
	f.Fuzz(func(t *testing.T, token string) {
		viewer, err := v.Verify(t.Context(), token)
		if token != genuine && (err == nil || viewer != nil) {
			t.Fatalf("believed %q", token)
		}
		if err != nil && !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("%q: %v is not UNAUTHENTICATED", token, err)
		}
	})
}
