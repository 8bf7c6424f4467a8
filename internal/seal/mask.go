package seal

import "unicode/utf8"

const mask = "****"

// MaskName is a name for viewers who need not know it: 张三丰 becomes 张**.
func MaskName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == len(name) { // of one character, or empty
		return MaskText(name)
	}
	return string(first) + "**"
}

// MaskText hides a text whole.
func MaskText(text string) string {
	if text == "" {
		return ""
	}
	return mask
}
