package phone

import "strings"

const (
	ofChina = "+86"
	// mobileDigits is the length of a mobile number of China, which begins with 1.
	mobileDigits = 11

	extensionMark = "-"

	mask       = "****"
	headDigits = 3
	tailDigits = 4
)

// Number is a telephone number in its one form.
type Number struct {
	main      string // E.164
	extension string // digits, or empty
}

// Stored is the number whose String was stored.
func Stored(text string) Number {
	main, extension, _ := strings.Cut(text, extensionMark)
	return Number{main, extension}
}

// String is the form that is stored: E.164, and the extension after a dash.
func (n Number) String() string { return n.extended(n.main, n.extension) }

// E164 is the number without its extension: what the index over numbers is made of.
func (n Number) E164() string { return n.main }

// Shown is the number as it is dialled in China, and in full when it is of another country.
func (n Number) Shown() string { return n.extended(n.dialled(), n.extension) }

// Masked is the number for viewers who need not call it: 13812345678 becomes 138****5678. At least
// four digits are hidden, and each extension.
func (n Number) Masked() string {
	digits, abroad := strings.CutPrefix(n.dialled(), "+")
	head, plus := headDigits, ""
	if abroad {
		head, plus = headDigits-1, "+"
	}
	head = min(head, len(digits)-len(mask)-tailDigits)
	switch {
	case digits == "":
		return ""
	case head < 0:
		return n.extended(mask, mask)
	}
	return n.extended(plus+digits[:head]+mask+digits[len(digits)-tailDigits:], mask)
}

// extended adds what stands for the extension, if there is one.
func (n Number) extended(main, extension string) string {
	if n.extension == "" {
		return main
	}
	return main + extensionMark + extension
}

func (n Number) dialled() string {
	digits, found := strings.CutPrefix(n.main, ofChina)
	switch {
	case !found:
		return n.main
	case digits[:min(1, len(digits))] == "1" && len(digits) == mobileDigits,
		strings.HasPrefix(digits, "400"), strings.HasPrefix(digits, "800"):
		return digits
	}
	return "0" + digits // the trunk prefix, before the code of an area
}
