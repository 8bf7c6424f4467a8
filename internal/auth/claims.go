package auth

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/text"
	"orderflow/internal/vocab"
)

const (
	maxTokenLength = 8 << 10
	maxSubject     = 128
	maxShops       = 100
	maxLevel       = 1000
)

// claims are the claims of a token.
type claims struct {
	Role  vocab.Role `json:"role"`
	Shops []string   `json:"shops,omitempty"`
	Level int        `json:"level,omitempty"`
	jwt.RegisteredClaims
}

// UnmarshalJSON implements json.Unmarshaler: it reads the claims by their exact names.
func (c *claims) UnmarshalJSON(data []byte) error {
	fields, err := object(data)
	if err != nil {
		return err
	}
	for name, to := range map[string]any{
		"role": &c.Role, "shops": &c.Shops, "level": &c.Level, "iss": &c.Issuer, "sub": &c.Subject,
		"aud": &c.Audience, "exp": &c.ExpiresAt, "nbf": &c.NotBefore, "iat": &c.IssuedAt,
	} {
		if value, found := fields[name]; found {
			if err := json.Unmarshal(value, to); err != nil {
				return err
			}
		}
	}
	return nil
}

// viewer validates the claims together and returns the viewer that they name.
func (c *claims) viewer() (*Viewer, error) {
	if c.Subject == "" || len(c.Subject) > maxSubject {
		return nil, refuse("its claim sub must have 1 to %d bytes", maxSubject)
	}
	if !plainText(c.Subject) {
		return nil, refuse("its claim sub must have no blank at its ends, and no character " +
			"that cannot be seen")
	}
	if c.Level < 0 || c.Level > maxLevel {
		return nil, refuse("its claim level must be between 0 and %d", maxLevel)
	}
	v := &Viewer{Subject: c.Subject, Role: c.Role, Level: c.Level, Expires: c.ExpiresAt.UTC()}
	shops, err := c.shops()
	if err != nil {
		return nil, err
	}
	v.Shops = shops
	switch {
	case !v.IsBuyer() && !v.IsStaff():
		return nil, refuse(
			"its claim role must be BUYER, MERCHANT, WAREHOUSE, SUPPORT or PLATFORM")
	case v.worksForShops() && len(shops) == 0:
		return nil, refuse("its claim shops must name at least one shop for the role %s", c.Role)
	case !v.worksForShops() && len(shops) > 0:
		return nil, refuse("its claim shops must be left out for the role %s", c.Role)
	}
	return v, nil
}

func (c *claims) shops() ([]globalid.ID, error) {
	if len(c.Shops) > maxShops {
		return nil, refuse("its claim shops may name at most %d shops", maxShops)
	}
	var shops []globalid.ID
	for i, text := range c.Shops {
		id, err := globalid.Parse(text)
		if err != nil || id.Kind() != globalid.Shop {
			return nil, refuse("its claim shops[%d] is not the id of a shop (shop_…)", i)
		}
		shops = append(shops, id)
	}
	slices.SortFunc(shops, globalid.ID.Compare)
	return slices.Compact(shops), nil
}

// plainText reports whether a name shows all that it is made of. JSON has the replacement character
// in place of what is no text, so that two names would be one.
func plainText(name string) bool {
	return strings.TrimSpace(name) == name && !strings.ContainsFunc(name, func(r rune) bool {
		return r == utf8.RuneError || text.Unseen(r) || unicode.IsSpace(r) && r != ' '
	})
}

func refuse(format string, args ...any) *fault.Error {
	return fault.New(fault.Unauthenticated, "The token is refused: "+format+".", args...)
}
