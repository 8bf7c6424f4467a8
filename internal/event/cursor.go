package event

import (
	"io"
	"strconv"
	"strings"

	"orderflow/internal/fault"
)

// Cursor is a position in the feed: a subscriber has received everything up to it. Its text
// form is opaque to clients.
type Cursor int64

const (
	cursorPrefix = "f1_"
	cursorBase   = 32
)

// ParseCursor reads the text form. Fault: BAD_USER_INPUT.
func ParseCursor(text string) (Cursor, error) {
	digits, ok := strings.CutPrefix(text, cursorPrefix)
	position, err := strconv.ParseInt(digits, cursorBase, 64)
	if !ok || err != nil || position < 0 || Cursor(position).String() != text {
		return 0, fault.New(fault.BadUserInput, "This is not a cursor of the feed.")
	}
	return Cursor(position), nil
}

// String is the text form.
func (c Cursor) String() string {
	return cursorPrefix + strconv.FormatInt(int64(c), cursorBase)
}

// MarshalGQL implements graphql.Marshaler.
func (c Cursor) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(c.String())) }

// UnmarshalGQL implements graphql.Unmarshaler. Fault: BAD_USER_INPUT.
func (c *Cursor) UnmarshalGQL(v any) error {
	text, _ := v.(string)
	parsed, err := ParseCursor(text)
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
