package catalogue

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"orderflow/internal/fault"
	"orderflow/internal/text"
)

// Limits of the numbers of an input.
const (
	maxAmount   = 1_000_000_000_000 // minor units of one price, threshold or fee
	maxQuantity = 1_000_000_000     // units, grams, uses
	maxPriority = 1_000_000
	maxLevel    = 1000
)

// Lengths of texts, in characters.
const (
	maxCode    = 64
	maxName    = 200
	maxTitle   = 300
	maxAddress = 500
	maxNote    = 200
)

// check collects the faults of an input.
type check struct{ faults fault.List }

func (c *check) wrong(field, format string, args ...any) {
	c.faults.Add(field, fault.InvalidInput, format, args...)
}

// text checks printable text of one line without space at its ends.
func (c *check) text(field, value string, most int) {
	if value == "" {
		c.wrong(field, "A text is needed.")
		return
	}
	c.optional(field, value, most)
}

// optional checks a text that may be empty.
func (c *check) optional(field, value string, most int) {
	switch wrong := text.WrongLine(value); {
	case utf8.RuneCountInString(value) > most:
		c.wrong(field, "A text has at most %d characters here.", most)
	case wrong != "":
		c.wrong(field, "%s", wrong)
	case strings.TrimSpace(value) != value:
		c.wrong(field, "The text begins or ends with a space.")
	}
}

func (c *check) imageURL(field, value string) {
	const most = 500
	c.optional(field, value, most)
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		c.wrong(field, "An image has an absolute http or https address.")
	}
}

func (c *check) number(field string, value, least, most int64) {
	if value < least || value > most {
		c.wrong(field, "The number must be between %d and %d.", least, most)
	}
}

// unused checks that a number without meaning for the kind is 0.
func (c *check) unused(field string, value int64) {
	if value != 0 {
		c.wrong(field, "This has no meaning for this kind.")
	}
}

func (c *check) count(field string, n, most int) {
	if n > most {
		c.faults.Add(field, fault.LimitExceeded, "At most %d entries are allowed here.", most)
	}
}

// oneOf checks a value of a closed vocabulary.
func oneOf[T ~string](c *check, field string, value T, known ...T) {
	if slices.Contains(known, value) {
		return
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	c.wrong(field, "The value must be one of %s.", strings.Join(names, ", "))
}
