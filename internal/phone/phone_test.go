package phone_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/phone"
)

func TestWaysToWriteANumber(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		stored, shown, masked string
		written               []string
	}{
		{"+8613812345678", "13812345678", "138****5678", []string{
			"13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678", "(+86) 13812345678",
			"0086-138-1234-5678", "8613812345678", "１３８１２３４５６７８", "＋８６　１３８１２３４５６７８",
			"138—1234—5678", " 13812345678 ", "+8613812345678"}},
		{"+8613812345678-1234", "13812345678-1234", "138****5678-****", []string{
			"13812345678-1234", "13812345678转1234", "13812345678 转 1234", "13812345678,1234",
			"13812345678，1234", "+86 138 1234 5678 ext 1234", "13812345678ext.1234",
			"138 1234 5678 x1234", "13812345678#1234", "13812345678 分机1234", "13812345678轉1234",
			"13812345678;ext=1234", "138-1234-5678-1234", "13812345678,,1234#"}},
		{"+862162345678", "02162345678", "021****5678", []string{
			"021-62345678", "021 6234 5678", "(021) 62345678", "+86 21 6234 5678", "+86-021-62345678",
			"0086 21 62345678"}},
		{"+862162345678-801", "02162345678-801", "021****5678-****", []string{
			"021-62345678-801", "021-62345678转801", "(021)6234 5678 ext. 801"}},
		{"+861062345678", "01062345678", "010****5678", []string{"010-62345678", "+861062345678"}},
		{"+864001234567", "4001234567", "40****4567", []string{"400-123-4567", "4001234567"}},
		{"+442079460018", "+442079460018", "+44****0018", []string{"+44 20 7946 0018",
			"0044 20 7946 0018", "+44 (0)20 7946 0018"}},
		{"+12125550123-7", "+12125550123-7", "+12****0123-****", []string{"+1 (212) 555-0123 x7"}},
	} {
		for _, written := range tc.written {
			got, wrong := phone.Parse(written)
			if wrong != "" || got.String() != tc.stored {
				t.Errorf("%q: %q, %v, want %q", written, got, wrong, tc.stored)
			}
		}
		n := phone.Stored(tc.stored)
		if n.Shown() != tc.shown || n.Masked() != tc.masked {
			t.Errorf("%s: shown %q, masked %q", tc.stored, n.Shown(), n.Masked())
		}
		if again, wrong := phone.Parse(n.Shown()); wrong != "" || again != n {
			t.Errorf("%q is read as %q, %v", n.Shown(), again, wrong)
		}
		main, _, _ := strings.Cut(tc.stored, "-")
		if n.E164() != main {
			t.Errorf("the index of %q is of %q", tc.stored, n.E164())
		}
	}
}

func TestRegionsOfANumberWithoutCountry(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, want string
		regions    []string
	}{
		{"020 7946 0018", "+442079460018", []string{"GB"}},
		{"91234567", "+85291234567", []string{"HK", "CN"}},
		{"13812345678", "+8613812345678", []string{"HK", "CN"}},
		{"(212) 555-0123", "+12125550123", []string{"US"}},
		{"+86 138 1234 5678", "+8613812345678", []string{"GB"}},
		{"+672 3 22303", "+672322303", []string{"AQ"}},
		{"22303", "", []string{"AQ"}},
	} {
		got, wrong := phone.Parse(tc.text, tc.regions...)
		if got.String() != tc.want || (wrong == "") != (tc.want != "") {
			t.Errorf("%q in %v: %q, %v", tc.text, tc.regions, got, wrong)
		}
	}
}

func TestWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": phone.Missing, "   ": phone.Missing,
		"138****5678": phone.Masked, "138＊＊＊＊5678": phone.Masked,
		"138•••• 5678": phone.Masked, "138xxxx5678": phone.Masked,
		"138XXXX5678": phone.Masked, "138****5678-****": phone.Masked, "****": phone.Masked,
		"abc": phone.Unknown, "1": phone.Unknown, "12345678": phone.Unknown,
		"12345678901": phone.Unknown, "1381234567": phone.Unknown, "138123456789": phone.Unknown,
		"13812345678 13912345678": phone.Unknown, "13812345678/13912345678": phone.Unknown,
		"call 13812345678": phone.Unknown, "13812345678 abc": phone.Unknown,
		"1-800-FLOWERS": phone.Unknown, "110": phone.Unknown, "+999 123456": phone.Unknown,
		"13812345678-123456789": phone.Unknown, "转1234": phone.Unknown, "-1234": phone.Unknown,
		"13812345678\x00": phone.Unknown, strings.Repeat("1", 300): phone.Unknown,
	} {
		if got, wrong := phone.Parse(text); wrong != want {
			t.Errorf("%q: %q, %v, want %v", text, got, wrong, want)
		}
	}
}

func TestAMaskHidesTheMiddle(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{"": "", "+1234567": "****",
		"+12345678": "+****5678", "+8612345": "****", "+1234567-12": "****-****"} {
		if got := phone.Stored(stored).Masked(); got != want {
			t.Errorf("%q is masked as %q, want %q", stored, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := phone.Stored(rapid.StringMatching(`\+[1-9][0-9]{3,14}(-[0-9]{1,8})?`).Draw(t, "number"))
		masked, shown := n.Masked(), n.Shown()
		digits, extension, extended := strings.Cut(shown, "-")
		left, hidden, _ := strings.Cut(masked, "-")
		kept := len(left) - strings.Count(left, "*")
		if len(digits)-kept < min(4, len(digits)) || extended && hidden != "****" ||
			!extended && hidden != "" ||
			!strings.HasPrefix(digits, left[:strings.Index(left, "*")]) {
			t.Fatalf("%s is masked as %s (extension %q)", shown, masked, extension)
		}
	})
}

func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"+86 138 1234 5678", "００８６1", "13812345678转1234", "138****5678",
		"021-62345678-801", "+44 (0)20 7946 0018", "(((", "+", "x1", "1,1", "\x00"} {
		f.Add(seed, "CN")
	}
	f.Add("91234567", "HK")
	f.Add("1", "")
	f.Fuzz(func(t *testing.T, text, region string) {
		n, wrong := phone.Parse(text, region)
		if wrong != "" {
			if n != (phone.Number{}) {
				t.Fatalf("%q: %q beside %v", text, n, wrong)
			}
			return
		}
		if again, wrong := phone.Parse(n.String()); wrong != "" || again != n {
			t.Fatalf("%q is stored as %q, which is read as %q, %v", text, n, again, wrong)
		}
		if phone.Stored(n.String()) != n {
			t.Fatalf("%q is stored as %q, which is another", text, n)
		}
		if strings.Contains(n.Masked(), n.E164()) || !strings.Contains(n.Masked(), "****") {
			t.Fatalf("%q is masked as %q", n, n.Masked())
		}
	})
}
