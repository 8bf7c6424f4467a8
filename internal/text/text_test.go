package text_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"orderflow/internal/text"
)

func TestWhatNobodyMayWrite(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, part string }{
		"not UTF-8":                {"a\xff", "UTF-8"},
		"lost characters":          {"a\ufffdb", "U+FFFD"},
		"NUL":                      {"a\x00b", "U+0000"},
		"escape":                   {"\x1b[31m", "U+001B"},
		"delete":                   {"a\x7f", "U+007F"},
		"a control of Latin-1":     {"a\u0085", "U+0085"},
		"right to left":            {"a\u202eb", "U+202E"},
		"an isolate":               {"a\u2066b\u2069", "U+2066"},
		"a mark of direction":      {"a\u200f", "U+200F"},
		"a zero-width space":       {"\u200b", "nobody sees"},
		"joiners between blanks":   {" \u200d \u2060", "nobody sees"},
		"a filler of Hangul":       {"\u3164", "nobody sees"},
		"braille without a dot":    {"\u2800\u2800", "nobody sees"},
		"a byte order mark":        {"\ufeff", "nobody sees"},
		"a selector of variations": {"\ufe0f", "nobody sees"},
	} {
		if wrong := text.Wrong(tc.text); !strings.Contains(wrong, tc.part) {
			t.Errorf("%s: %q", name, wrong)
		}
	}
	for _, fine := range []string{"", "  ", "张三", "José\nSão\tPaulo", "a\r\nb", "👩‍👩‍👧",
		"می\u200cخواهم",
		"नमस्ते", "\u3000北京\u3000", "zero\u200bwidth"} {
		if wrong := text.Wrong(fine); wrong != "" {
			t.Errorf("%q: %s", fine, wrong)
		}
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"a\nb", "a\rb", "a\tb", "a\u2028b", "a\u2029b", "a\x00b",
		"\u200b"} {
		if text.WrongLine(wrong) == "" {
			t.Errorf("%q is taken for one line", wrong)
		}
	}
	if wrong := text.WrongLine("南京东路 2 号"); wrong != "" {
		t.Error(wrong)
	}
}

func TestNormal(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  Li\t":             "Li",
		"\u3000李雷\u00a0":     "李雷",
		"Jose\u0301":         "Jos\u00e9",
		"a\r\nb\rc\n\n":      "a\nb\nc",
		" \u3000 ":           "",
		"a  b":               "a  b",
		"\u212b":             "\u00c5",
		"ﬁ stays a ligature": "ﬁ stays a ligature",
	} {
		if got := text.Normal(in); got != want {
			t.Errorf("Normal(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"张三", "\x00", "a\u202eb", "\u200b", " Jose\u0301\r\n", "a\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if text.Wrong(s) != "" {
			if text.WrongLine(s) == "" {
				t.Fatalf("%q is no text, and a line", s)
			}
			return
		}
		normal := text.Normal(s)
		if wrong := text.Wrong(normal); wrong != "" {
			t.Fatalf("the normal form of %q: %s", s, wrong)
		}
		if text.Normal(normal) != normal || !norm.NFC.IsNormalString(normal) ||
			strings.TrimSpace(normal) != normal || strings.Contains(normal, "\r") {
			t.Fatalf("the normal form of %q is %q", s, normal)
		}
	})
}
