package phone

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// China is the region of a number that is written without a country, unless the caller names one.
const China = "CN"

// Longest is how many characters a number may be written with.
const Longest = 40

// What is wrong with a text that is no number, for whom wrote it.
const (
	Missing = "It is needed."
	Masked  = "The number is masked, as it is shown; write all of its digits."
	Unknown = "There is no such telephone number; write it as it is dialled, such as " +
		`"13812345678", "021-62345678", "+44 20 7946 0018" or "13812345678-1234" with an extension.`
)

var (
	masks = regexp.MustCompile(`[*•●∗※×█]|[0-9][xX]{2,}`)

	// extended splits a number from its extension: 转1234, ext. 1234, x1234, #1234 or ,1234.
	extended = regexp.MustCompile(`(?i)^(.*[0-9)]) *` +
		`(?:转接?|轉接?|分机号?|分機號?|;? ?ext(?:ension|n)?|x|#|,|;)+[ .:=]*([0-9]{1,8})#?$`)
	// dashed splits one from an extension that follows a dash.
	dashed = regexp.MustCompile(`^(.*[0-9)]) *- *([0-9]{1,8})$`)
	// written is what a number consists of.
	written = regexp.MustCompile(`^\(?\+?[0-9(][0-9() .-]*$`)

	dashes = strings.NewReplacer("‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-",
		"−", "-", "﹣", "-", "ー", "-", "\u2007", " ", "\u202f", " ")
)

// Parse reads a number as people write it. A number without a country is one of the first of the
// regions (alpha-2 codes, or "") in which there is such a one; of China when none is named. It also
// returns what is wrong with the text, "" for nothing.
func Parse(text string, regions ...string) (n Number, wrong string) {
	if len(regions) == 0 {
		regions = []string{China}
	}
	text = strings.TrimSpace(dashes.Replace(norm.NFKC.String(text)))
	switch {
	case text == "":
		return Number{}, Missing
	case len([]rune(text)) > Longest:
		return Number{}, Unknown
	case masks.MatchString(text):
		return Number{}, Masked
	}
	if parts := extended.FindStringSubmatch(text); parts != nil {
		return withExtension(parts[1], parts[2], regions)
	}
	n, wrong = parseMain(text, regions)
	if parts := dashed.FindStringSubmatch(text); wrong != "" && parts != nil {
		return withExtension(parts[1], parts[2], regions)
	}
	return n, wrong
}

func withExtension(main, extension string, regions []string) (Number, string) {
	n, wrong := parseMain(main, regions)
	if wrong == "" {
		n.extension = extension
	}
	return n, wrong
}

func parseMain(text string, regions []string) (Number, string) {
	if !written.MatchString(text) {
		return Number{}, Unknown
	}
	for _, region := range regions {
		parsed, err := phonenumbers.Parse(text, region)
		if err == nil && phonenumbers.IsValidNumber(parsed) {
			return Number{main: phonenumbers.Format(parsed, phonenumbers.E164)}, ""
		}
	}
	return Number{}, Unknown
}
