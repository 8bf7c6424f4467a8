package auth

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Issuer makes the tokens of development, which a Verifier of the same Options accepts.
type Issuer struct {
	options Options
}

// NewIssuer makes an issuer. Its options must have a secret: there is no issuing for a key set.
func NewIssuer(o Options) (*Issuer, error) {
	if o.JWKSURL != "" {
		return nil, errors.New("auth: tokens are made where the key set is published, not here")
	}
	if err := o.complete(); err != nil {
		return nil, err
	}
	return &Issuer{options: o}, nil
}

// Lifetime is the longest of a token.
func (i *Issuer) Lifetime() time.Duration { return i.options.Lifetime }

// Issue makes a token that expires after ttl, at most Options.Lifetime. Claims that a verifier
// would refuse are refused with the same fault.
func (i *Issuer) Issue(
	subject string, role vocab.Role, shops []globalid.ID, ttl time.Duration,
) (string, error) {
	c := claims{Role: role}
	for _, shop := range shops {
		c.Shops = append(c.Shops, shop.String())
	}
	return i.sign(c, subject, ttl)
}

// IssueMember is Issue for a buyer who has a member level.
func (i *Issuer) IssueMember(subject string, level int, ttl time.Duration) (string, error) {
	return i.sign(claims{Role: vocab.Buyer, Level: level}, subject, ttl)
}

func (i *Issuer) sign(c claims, subject string, ttl time.Duration) (string, error) {
	if ttl < time.Second || ttl > i.options.Lifetime {
		return "", fmt.Errorf("auth: a token lives between 1s and %s, not %s",
			i.options.Lifetime, ttl)
	}
	now := i.options.Now()
	c.RegisteredClaims = jwt.RegisteredClaims{
		Subject:   subject,
		Issuer:    i.options.Issuer,
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
	}
	if i.options.Audience != "" {
		c.Audience = jwt.ClaimStrings{i.options.Audience}
	}
	if _, err := c.viewer(); err != nil {
		return "", err
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(i.options.Secret)
	if err != nil {
		return "", fmt.Errorf("auth: sign: %w", err)
	}
	return token, nil
}
