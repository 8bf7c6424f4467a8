package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"

	"orderflow/internal/fault"
)

const (
	minSecret = 32

	// skew is how far the issuer's clock may be ahead of ours. It never extends a token's lifetime.
	skew = 30 * time.Second

	keysTimeout  = 5 * time.Second // one fetch of the issuer's keys, and a wait for one
	keysInterval = time.Hour

	// keysOnDemand is the least interval between fetches caused by unknown key ids: a rotation is
	// noticed at once, and made-up key ids cannot flood the issuer.
	keysOnDemand = 10 * time.Second
)

// Options configures which tokens are accepted. Exactly one of Secret and JWKSURL is set.
type Options struct {
	Secret  []byte // HS256; at least 32 bytes
	JWKSURL string // the issuer's published keys, for RS256 and ES256

	Issuer   string // claim iss; required with JWKSURL
	Audience string // claim aud; required with JWKSURL

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
	parser *jwt.Parser
	key    func(context.Context) jwt.Keyfunc
	now    func() time.Time
}

// NewVerifier makes a verifier. With a JWKSURL it fetches the keys, waiting at most 5 s (a server
// starts without its issuer and fetches them later), and again every hour until ctx ends.
func NewVerifier(ctx context.Context, o Options) (*Verifier, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	methods := []string{jwt.SigningMethodHS256.Alg()}
	key := func(context.Context) jwt.Keyfunc {
		return func(*jwt.Token) (any, error) { return o.Secret, nil }
	}
	if o.JWKSURL != "" {
		keys, err := remoteKeys(ctx, o)
		if err != nil {
			return nil, err
		}
		methods = []string{jwt.SigningMethodRS256.Alg(), jwt.SigningMethodES256.Alg()}
		key = keys.KeyfuncCtx
	}
	rules := []jwt.ParserOption{
		jwt.WithValidMethods(methods), jwt.WithExpirationRequired(), jwt.WithStrictDecoding(),
		jwt.WithLeeway(skew), jwt.WithTimeFunc(o.Now),
	}
	if o.Issuer != "" {
		rules = append(rules, jwt.WithIssuer(o.Issuer))
	}
	if o.Audience != "" {
		rules = append(rules, jwt.WithAudience(o.Audience))
	}
	return &Verifier{parser: jwt.NewParser(rules...), key: key, now: o.Now}, nil
}

func remoteKeys(ctx context.Context, o Options) (keyfunc.Keyfunc, error) {
	remote, err := jwkset.NewStorageFromHTTP(o.JWKSURL, jwkset.HTTPClientStorageOptions{
		Client:                    &http.Client{Timeout: keysTimeout},
		Ctx:                       ctx,
		HTTPTimeout:               keysTimeout,
		NoErrorReturnFirstHTTPReq: true,
		RefreshInterval:           keysInterval,
		RefreshErrorHandler: func(ctx context.Context, err error) {
			o.Log.ErrorContext(ctx, "the token issuer's keys cannot be fetched",
				"url", o.JWKSURL, "error", err)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("auth: key set: %w", err)
	}
	storage, err := jwkset.NewHTTPClient(jwkset.HTTPClientOptions{
		HTTPURLs:          map[string]jwkset.Storage{o.JWKSURL: remote},
		RateLimitWaitMax:  keysTimeout,
		RefreshUnknownKID: rate.NewLimiter(rate.Every(keysOnDemand), 1),
	})
	if err != nil {
		return nil, fmt.Errorf("auth: key set: %w", err)
	}
	keys, err := keyfunc.New(keyfunc.Options{
		Ctx: ctx, Storage: storage,
		UseWhitelist: []jwkset.USE{jwkset.UseSig, ""},
	})
	if err != nil {
		return nil, fmt.Errorf("auth: key set: %w", err)
	}
	return keys, nil
}

// Verify returns the viewer a token names, without the id of a row. Every refusal is
// UNAUTHENTICATED with a message that says what to do. Only the first token of a new key waits for
// the issuer, at most 5 s; the fetch goes on even when this caller is cancelled.
func (v *Verifier) Verify(ctx context.Context, token string) (*Viewer, error) {
	if len(token) > maxTokenLength {
		return nil, refuse("it is longer than %d bytes", maxTokenLength)
	}
	var c claims
	_, err := v.parser.ParseWithClaims(token, &c, v.key(context.WithoutCancel(ctx)))
	if err != nil {
		return nil, explain(err)
	}
	if !v.now().Before(c.ExpiresAt.Time) {
		return nil, explain(jwt.ErrTokenExpired)
	}
	return c.viewer()
}

// explain says how to get an accepted token, without details of the key that refused this one.
func explain(err error) error {
	for _, known := range []struct {
		err     error
		message string
	}{
		{jwt.ErrTokenExpired, "it is expired; ask for a new one"},
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
