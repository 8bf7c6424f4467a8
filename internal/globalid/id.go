package globalid

import (
	"database/sql/driver"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// ID names one entity. The zero value names nothing.
type ID [16]byte

var encoding = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

var errMalformed = errors.New("not an id")

// textLen is the length of the encoded part of an id's text.
const textLen = 26

// Parse reads the text form. Letters of the encoded part may be of either case.
func Parse(s string) (ID, error) {
	prefix, rest, ok := strings.Cut(s, "_")
	if !ok || len(rest) != textLen {
		return ID{}, errMalformed
	}
	var id ID
	n, err := encoding.Decode(id[:], []byte(strings.ToUpper(rest)))
	if err != nil || n != len(id) || encoding.EncodeToString(id[:]) != strings.ToUpper(rest) {
		return ID{}, errMalformed
	}
	if kind, known := KindOf(prefix); !known || kind != id.Kind() {
		return ID{}, errMalformed
	}
	return id, nil
}

// Kind is the kind of the entity that the id names.
func (id ID) Kind() Kind { return Kind(id[6]) }

// IsZero reports whether the id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Time is when the id was made, to the millisecond.
func (id ID) Time() time.Time {
	var ms int64
	for _, b := range id[:6] {
		ms = ms<<8 | int64(b)
	}
	return time.UnixMilli(ms).UTC()
}

// Compare orders ids as the database does.
func (id ID) Compare(other ID) int { return strings.Compare(string(id[:]), string(other[:])) }

// String is the text form, and the empty string for the zero id.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return id.Kind().Prefix() + "_" + encoding.EncodeToString(id[:])
}

// Value implements driver.Valuer; the zero id is not NULL, it is sixteen zero bytes.
func (id ID) Value() (driver.Value, error) { return id[:], nil }

// Scan implements sql.Scanner.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case []byte:
		if len(v) != len(id) {
			return fmt.Errorf("globalid: %d bytes in the database", len(v))
		}
		copy(id[:], v)
		return nil
	case string:
		return id.Scan([]byte(v))
	case ID:
		*id = v
		return nil
	}
	return fmt.Errorf("globalid: cannot scan %T", src)
}

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; empty text is the zero id.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// MarshalGQL implements graphql.Marshaler.
func (id ID) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(id.String())) }

// UnmarshalGQL implements graphql.Unmarshaler; entgql hands an ID over as it is.
func (id *ID) UnmarshalGQL(v any) error {
	switch v := v.(type) {
	case ID:
		*id = v
		return nil
	case string:
		parsed, err := Parse(v)
		if err != nil {
			return fmt.Errorf("%q is not an id", truncate(v))
		}
		*id = parsed
		return nil
	}
	return errMalformed
}

func truncate(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
