package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// blankBraille is a symbol without a dot.
const blankBraille = '\u2800'

// unseen are graphic characters that nobody sees, and selectors of how the one before looks.
var unseen = []*unicode.RangeTable{unicode.Other_Default_Ignorable_Code_Point,
	unicode.Variation_Selector}

// Unseen reports whether a character shows nothing and is no space either.
func Unseen(r rune) bool {
	return !unicode.IsGraphic(r) && !unicode.IsSpace(r) || unicode.In(r, unseen...) ||
		r == blankBraille
}

// Wrong is what is wrong with a text, "" for nothing. Lines and tabs are allowed: see WrongLine.
func Wrong(s string) string {
	if !utf8.ValidString(s) {
		return "The text is not UTF-8."
	}
	shows, empty := false, true
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return "The text has U+FFFD, which stands for characters that were lost on the way."
		case r == '\n' || r == '\r' || r == '\t':
		case unicode.IsControl(r):
			return fmt.Sprintf("The text has the control character U+%04X; leave it out.", r)
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Sprintf("The text has U+%04X, which nobody sees and which changes the "+
				"direction of writing; leave it out.", r)
		}
		if !unicode.IsSpace(r) {
			empty, shows = false, shows || !Unseen(r)
		}
	}
	if !empty && !shows {
		return "The text consists of characters that nobody sees."
	}
	return ""
}

// WrongLine is Wrong for what has one line: no line breaks and no tabs either.
func WrongLine(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Zl, unicode.Zp) || r == '\n' || r == '\r' || r == '\t'
	}) {
		return "The text has one line, without tabs."
	}
	return Wrong(s)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Normal is the normal form of a text that is not wrong: composed (NFC), each line ended by \n, and
// without space at its ends.
func Normal(s string) string {
	if strings.ContainsRune(s, '\r') {
		s = lineEnds.Replace(s)
	}
	return strings.TrimSpace(norm.NFC.String(s))
}
