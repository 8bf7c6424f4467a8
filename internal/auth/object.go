package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
)

// object reads a JSON object as it is written: encoding/json alone takes Role for role, the last of
// two fields of one name, and any bytes for text.
func object(data []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("auth: not UTF-8")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	if members(data) > len(fields) {
		return nil, refuse("it has a field twice")
	}
	return fields, nil
}

// members counts the members of a JSON object, those of one name each.
func members(object []byte) (n int) {
	depth, quoted, escaped := 0, false, false
	for _, c := range object {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 1:
			n++
		}
	}
	return n
}

// checkHeader refuses a token whose header has a field twice, or names extensions that must be
// understood: none are here.
func (v *Verifier) checkHeader(token string) error {
	part, _, _ := strings.Cut(token, ".")
	if last := v.header.Load(); last != nil && *last == part {
		return nil
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return jwt.ErrTokenMalformed
	}
	fields, err := object(data)
	if err != nil {
		return errors.Join(jwt.ErrTokenMalformed, err)
	}
	if _, critical := fields["crit"]; critical {
		return refuse("its header crit asks for what this server does not know")
	}
	part = strings.Clone(part)
	v.header.Store(&part)
	return nil
}
