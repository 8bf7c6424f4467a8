package seal

import "strings"

const (
	tailDigits = 4
	mask       = "****"

	// mobileDigits is the length of a Chinese mobile number, which begins with 1.
	mobileDigits = 11
)

// NormalPhone folds the ways to write one number: only digits stay, 00 before a country is a plus
// sign, and China's country code goes. Other countries keep their plus sign: without it +1 381 234
// 5678 would be a Chinese mobile number.
func NormalPhone(phone string) string {
	var b strings.Builder
	for _, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９': // as Chinese input methods type them
			b.WriteRune('0' + r - '０')
		case (r == '+' || r == '＋') && b.Len() == 0:
			b.WriteByte('+')
		}
	}
	text := b.String()
	if rest, found := strings.CutPrefix(text, "00"); found {
		text = "+" + rest
	}
	if rest, found := strings.CutPrefix(text, "+86"); found {
		return rest
	}
	if strings.HasPrefix(text, "861") && len(text) == len("86")+mobileDigits {
		return text[len("86"):]
	}
	return text
}

// MaskPhone is a number for viewers who need not call it: 13812345678 becomes 138****5678. A
// number of fewer than eight digits is hidden whole; at least four digits always are.
func MaskPhone(phone string) string {
	text := NormalPhone(phone)
	const hidden = len(mask)
	switch n := len(text); {
	case n == 0:
		return ""
	case n < hidden+tailDigits:
		return mask
	default:
		return text[:min(3, n-hidden-tailDigits)] + mask + lastFour(text)
	}
}

func lastFour(text string) string { return text[max(0, len(text)-tailDigits):] }
