package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
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
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("auth: no JSON object")
	}
	fields := map[string]json.RawMessage{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		if _, twice := fields[name]; twice {
			return nil, refuse("it has a field twice")
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		fields[name] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("auth: something follows the JSON object")
	}
	return fields, nil
}

// checkHeader refuses a token whose header has a field twice, or names extensions that must be
// understood: none are here.
func checkHeader(token string) error {
	part, _, _ := strings.Cut(token, ".")
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
	return nil
}
