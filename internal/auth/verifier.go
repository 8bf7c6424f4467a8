package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"orderflow/internal/fault"
)

const (
	minSecret = 32

	// skew is how far the issuer's clock may be ahead of ours. It never extends a token's lifetime.
	skew = 30 * time.Second

	defaultLifetime = 24 * time.Hour
)

// Options configures which tokens are accepted. Exactly one of Secret and JWKSURL is set.
type Options struct {
	Secret  []byte // HS256; at least 32 bytes
	JWKSURL string // the issuer's published keys, for RS256 and ES256

	Issuer   string // claim iss; required with JWKSURL
	Audience string // claim aud; required with JWKSURL

	Lifetime time.Duration // the longest of a token; zero is a day

	Now func() time.Time // real time; nil is the system's clock
	Log *slog.Logger     // logs when keys cannot be fetched; nil is the default logger
}

func (o *Options) complete() error {
	switch {
	case (len(o.Secret) == 0) == (o.JWKSURL == ""):
		return errors.New("auth: set either a secret or the URL of a key set")
	case o.JWKSURL == "" && len(o.Secret) < minSecret:
		return fmt.Errorf("auth: the secret needs at least %d bytes", minSecret)
	case o.JWKSURL != "" && (o.Issuer == "" || o.Audience == ""):
		return errors.New("auth: a key set needs an issuer and an audience")
	}
	if o.Lifetime == 0 {
		o.Lifetime = defaultLifetime
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return nil
}

// Verifier turns tokens into viewers. It is safe for concurrent use.
type Verifier struct {
	parser   *jwt.Parser
	key      func(context.Context) jwt.Keyfunc
	lifetime time.Duration
	now      func() time.Time

	// header is the last one that was checked: most tokens have the same.
	header atomic.Pointer[string]
}

// NewVerifier makes a verifier. With a JWKSURL it fetches the keys, waiting at most 5 s (a server
// starts without its issuer and fetches them later), and again every hour until ctx ends. No error
// and no log line repeats the URL.
func NewVerifier(ctx context.Context, o Options) (*Verifier, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	methods := []string{jwt.SigningMethodHS256.Alg()}
	key := func(context.Context) jwt.Keyfunc {
		return func(*jwt.Token) (any, error) { return o.Secret, nil }
	}
	if o.JWKSURL != "" {
		keys, err := newKeySet(ctx, o)
		if err != nil {
			return nil, err
		}
		methods = []string{jwt.SigningMethodRS256.Alg(), jwt.SigningMethodES256.Alg()}
		key = keys.keyOf
	}
	rules := []jwt.ParserOption{
		jwt.WithValidMethods(methods), jwt.WithExpirationRequired(), jwt.WithStrictDecoding(),
		jwt.WithLeeway(skew), jwt.WithTimeFunc(o.Now), jwt.WithIssuedAt(),
	}
	if o.Issuer != "" {
		rules = append(rules, jwt.WithIssuer(o.Issuer))
	}
	if o.Audience != "" {
		rules = append(rules, jwt.WithAudience(o.Audience))
	}
	return &Verifier{
		parser: jwt.NewParser(rules...), key: key, lifetime: o.Lifetime, now: o.Now,
	}, nil
}

// Verify returns the viewer a token names, without the id of a row. Every refusal is
// UNAUTHENTICATED with a message that says what to do. Only a token of an unknown key waits for the
// issuer, at most half a second; the fetch goes on without it.
func (v *Verifier) Verify(ctx context.Context, token string) (*Viewer, error) {
	if len(token) > maxTokenLength {
		return nil, refuse("it is longer than %d bytes", maxTokenLength)
	}
	if err := v.checkHeader(token); err != nil {
		return nil, explain(err)
	}
	var c claims
	if _, err := v.parser.ParseWithClaims(token, &c, v.key(ctx)); err != nil {
		return nil, explain(err)
	}
	if err := v.checkLifetime(&c); err != nil {
		return nil, err
	}
	return c.viewer()
}

// checkLifetime refuses a token that is over, or that lives longer than tokens may.
func (v *Verifier) checkLifetime(c *claims) error {
	left := c.ExpiresAt.Sub(v.now())
	switch {
	case left <= 0:
		return explain(jwt.ErrTokenExpired)
	case left > v.lifetime+skew, c.IssuedAt != nil && c.ExpiresAt.Sub(c.IssuedAt.Time) > v.lifetime:
		return refuse("it lives longer than %s", v.lifetime)
	}
	return nil
}

// explain says how to get an accepted token, without details of the key that refused this one.
func explain(err error) error {
	var said *fault.Error
	if errors.As(err, &said) {
		return said
	}
	for _, known := range []struct {
		err     error
		message string
	}{
		{jwt.ErrTokenExpired, "it is expired; ask for a new one"},
		{jwt.ErrTokenUsedBeforeIssued, "it is not issued yet; check the issuer's clock"},
		{jwt.ErrTokenNotValidYet, "it is not valid yet; check the issuer's clock"},
		{jwt.ErrTokenInvalidAudience, "it was made for another audience; ask for one " +
			"for this server"},
		{jwt.ErrTokenInvalidIssuer, "its issuer is not the one this server trusts"},
		{jwt.ErrTokenRequiredClaimMissing, "a claim is missing; it needs sub, role and exp, " +
			"and iss and aud where this server checks them"},
		{jwt.ErrTokenMalformed, "it is not a JWT; send the header Authorization: Bearer <token>"},
		{jwt.ErrTokenSignatureInvalid, "its signature or algorithm does not fit this server; " +
			"ask for a new one"},
		{jwt.ErrTokenUnverifiable, "its key is not known here; ask for a new one"},
	} {
		if errors.Is(err, known.err) {
			return refuse("%s", known.message)
		}
	}
	return fault.New(fault.Unauthenticated, "The token is refused; ask for a new one.")
}
