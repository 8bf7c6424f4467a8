package event

import (
	"io"
	"strconv"
	"strings"

	"orderflow/ent"
	"orderflow/internal/fault"
)

// Cursor is a position in the feed of one epoch: a subscriber has received everything up to it. The
// zero value is the beginning of the feed, of whatever epoch. Its text form is opaque to clients.
type Cursor struct {
	Epoch    int64
	Position int64
}

const (
	cursorPrefix = "f1_"
	cursorBase   = 32
	beginning    = cursorPrefix + "0"
)

// CursorOf is the cursor of an event that was read after the epoch, see Feed.Epoch; nil while the
// event has no position.
func CursorOf(row *ent.Event, epoch int64) *Cursor {
	if row.Position == nil || epoch == 0 {
		return nil
	}
	return &Cursor{Epoch: epoch, Position: *row.Position}
}

// ParseCursor reads the text form. Fault: BAD_USER_INPUT.
func ParseCursor(text string) (Cursor, error) {
	if text == beginning {
		return Cursor{}, nil
	}
	numbers, ok := strings.CutPrefix(text, cursorPrefix)
	epoch, position, both := strings.Cut(numbers, "_")
	c := Cursor{Epoch: parseNumber(epoch), Position: parseNumber(position)}
	// What is not written as String does it is refused too: one place has one text.
	if !ok || !both || c.Epoch <= 0 || c.Position <= 0 || c.String() != text {
		return Cursor{}, fault.New(fault.BadUserInput, "This is not a cursor of the feed.")
	}
	return c, nil
}

// parseNumber is 0 for what is no number.
func parseNumber(text string) int64 {
	n, err := strconv.ParseInt(text, cursorBase, 64)
	if err != nil {
		return 0
	}
	return n
}

// String is the text form.
func (c Cursor) String() string {
	if c.Position == 0 {
		return beginning
	}
	return cursorPrefix + strconv.FormatInt(c.Epoch, cursorBase) + "_" +
		strconv.FormatInt(c.Position, cursorBase)
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
