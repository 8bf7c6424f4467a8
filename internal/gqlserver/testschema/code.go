package testschema

import (
	"errors"
	"fmt"
	"io"
)

// Code is a custom scalar that refuses all texts but those of three letters.
type Code string

// UnmarshalGQL implements graphql.Unmarshaler.
func (c *Code) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok || len(text) != 3 {
		return errors.New("a code has three letters")
	}
	*c = Code(text)
	return nil
}

// MarshalGQL implements graphql.Marshaler.
func (c Code) MarshalGQL(w io.Writer) {
	fmt.Fprintf(w, "%q", string(c))
}
