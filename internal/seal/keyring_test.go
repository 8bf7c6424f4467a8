package seal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/seal"
)

func key(fill byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32))
}

func ring(t testing.TB, setting string) *seal.Keyring {
	t.Helper()
	k, err := seal.ParseKeyring(setting)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	keys := ring(t, "k1:"+key(1))
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		row := rapid.SliceOf(rapid.Byte()).Draw(t, "row")
		sealed := keys.Seal(plain, row)
		if again := keys.Seal(plain, row); bytes.Equal(sealed, again) {
			t.Fatal("two seals of one value are equal")
		}
		if len(plain) >= 4 && bytes.Contains(sealed, plain) {
			t.Fatal("the sealed value holds the plain one")
		}
		got, err := keys.Open(sealed, row)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opened %x, %v; sealed %x", got, err, plain)
		}
		other := append(bytes.Clone(row), 0)
		if _, err := keys.Open(sealed, other); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("opened for another row: %v", err)
		}
	})
}

func TestEveryTamperedByteIsNoticed(t *testing.T) {
	t.Parallel()
	keys := ring(t, "k1:"+key(1)+",k2:"+key(2))
	row := []byte("row")
	sealed := keys.Seal([]byte("浙江省杭州市"), row)
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 3 // makes k2 of k1 too
		if _, err := keys.Open(changed, row); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, err := keys.Open(sealed[:i], row); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	row := []byte("row")
	before := ring(t, "k1:"+key(1))
	during := ring(t, "k2:"+key(2)+", k1:"+key(1))
	after := ring(t, "k2:"+key(2))

	old := before.Seal([]byte("old"), row)
	if got, err := during.Open(old, row); err != nil || string(got) != "old" {
		t.Errorf("the ring with both keys opened %q, %v", got, err)
	}
	fresh := during.Seal([]byte("new"), row)
	if got, err := after.Open(fresh, row); err != nil || string(got) != "new" {
		t.Errorf("the first key did not seal: %q, %v", got, err)
	}
	_, err := after.Open(old, row)
	if !errors.Is(err, seal.ErrOpen) || !strings.Contains(err.Error(), `"k1"`) {
		t.Errorf("a dropped key gave %v, want an error that names it", err)
	}
}

func TestParseKeyringRefuses(t *testing.T) {
	t.Parallel()
	for name, setting := range map[string]string{
		"nothing":       "",
		"no id":         key(1),
		"empty id":      ":" + key(1),
		"loud id":       "K1:" + key(1),
		"long id":       strings.Repeat("k", 17) + ":" + key(1),
		"not base64":    "k1:!!!",
		"short key":     "k1:" + base64.StdEncoding.EncodeToString(make([]byte, 31)),
		"id twice":      "k1:" + key(1) + ",k1:" + key(2),
		"trailing":      "k1:" + key(1) + ",",
		"too many keys": strings.Repeat("k:"+key(1)+",", 17),
	} {
		_, err := seal.ParseKeyring(setting)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if strings.Contains(err.Error(), key(1)) {
			t.Errorf("%s: the message holds the key: %v", name, err)
		}
	}
}

func TestDevelopmentKeysAreKnownUnderAnyName(t *testing.T) {
	t.Parallel()
	dev := seal.DevelopmentKeys()
	_, text, _ := strings.Cut(dev, ":")
	for setting, want := range map[string]bool{
		dev:                              true,
		"k1:" + text:                     true,
		"k2:" + key(2) + ",k1:" + text:   true,
		"dev:" + key(1):                  false,
		"k2:" + key(2) + ",k1:" + key(1): false,
	} {
		if got := ring(t, setting).Development(); got != want {
			t.Errorf("Development() = %v, want %v, for %d keys", got, want,
				strings.Count(setting, ":"))
		}
	}
}

func FuzzOpen(f *testing.F) {
	keys := ring(f, "k1:"+key(1))
	row := []byte("row")
	genuine := keys.Seal([]byte("x"), row)
	f.Add([]byte{})
	f.Add([]byte{1, 255})
	f.Add(genuine[:20])
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if _, err := keys.Open(sealed, row); err == nil && !bytes.Equal(sealed, genuine) {
			t.Fatalf("opened %x, which nobody sealed", sealed)
		}
	})
}
