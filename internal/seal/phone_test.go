package seal_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"orderflow/internal/seal"
)

func blind(t testing.TB, setting string) *seal.Blind {
	t.Helper()
	b, err := seal.ParseBlind(setting)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNormalPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"13812345678":        "13812345678",
		"138 1234-5678":      "13812345678",
		"+8613812345678":     "13812345678",
		"(+86) 138 12345678": "13812345678",
		"0086-138-1234-5678": "13812345678",
		"8613812345678":      "13812345678",
		"＋８６１３８１２３４５６７８": "13812345678",
		"+1 381 234 5678":  "+13812345678",
		"001 381 234 5678": "+13812345678",
		"021-1234567":      "0211234567",
		"86123456":         "86123456",
		"":                 "",
		"none":             "",
	} {
		if got := seal.NormalPhone(in); got != want {
			t.Errorf("NormalPhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMaskPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"13812345678":     "138****5678",
		"+86 13812345678": "138****5678",
		"+1 381 234 5678": "+13****5678",
		"0211234567":      "02****4567",
		"12345678":        "****5678",
		"1234567":         "****",
		"":                "",
	} {
		if got := seal.MaskPhone(in); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.StringMatching(`[0-9]{4,20}`).Draw(t, "phone")
		shown := strings.Count(seal.MaskPhone(phone), "*")
		kept := len(strings.Map(digitsOnly, seal.MaskPhone(phone)))
		if shown != 4 || len(seal.NormalPhone(phone))-kept < min(4, len(seal.NormalPhone(phone))) {
			t.Fatalf("MaskPhone(%q) = %q shows too much", phone, seal.MaskPhone(phone))
		}
	})
}

func digitsOnly(r rune) rune {
	if unicode.IsDigit(r) {
		return r
	}
	return -1
}

func TestBlindIndex(t *testing.T) {
	t.Parallel()
	b, other := blind(t, key(1)), blind(t, key(2))
	full := b.Full("13812345678")
	if len(full) != seal.IndexSize {
		t.Fatalf("an entry of %d bytes", len(full))
	}
	if !bytes.Equal(full, b.Full("+86 138-1234-5678")) {
		t.Error("the same number written another way has another entry")
	}
	for name, entry := range map[string][]byte{
		"another number":  b.Full("13812345679"),
		"another country": b.Full("+13812345678"),
		"another key":     other.Full("13812345678"),
		"its last digits": b.Full("5678"),
	} {
		if bytes.Equal(full, entry) {
			t.Errorf("%s: same entry as the number", name)
		}
	}
}

func TestParseBlind(t *testing.T) {
	t.Parallel()
	if !blind(t, seal.DevelopmentBlindKey()).Development() {
		t.Error("the development key is not known as such")
	}
	if blind(t, key(1)).Development() {
		t.Error("another key passes for the development key")
	}
	for _, setting := range []string{"", "short", "k1:" + key(1)} {
		if _, err := seal.ParseBlind(setting); err == nil {
			t.Errorf("accepted %q", setting)
		}
	}
}

func FuzzPhone(f *testing.F) {
	f.Add("+86 138 1234 5678")
	f.Add("００８６1")
	f.Fuzz(func(t *testing.T, phone string) {
		for i, r := range seal.NormalPhone(phone) {
			if (r < '0' || r > '9') && (i > 0 || r != '+') {
				t.Fatalf("NormalPhone(%q) = %q", phone, seal.NormalPhone(phone))
			}
		}
		if len(seal.MaskPhone(phone)) > len("138****5678") {
			t.Fatalf("MaskPhone(%q) = %q", phone, seal.MaskPhone(phone))
		}
	})
}
