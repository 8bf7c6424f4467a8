package seal_test

import (
	"bytes"
	"testing"

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

func TestBlindIndex(t *testing.T) {
	t.Parallel()
	b, other := blind(t, key(1)), blind(t, key(2))
	full := b.Full("+8613812345678")
	if len(full) != seal.IndexSize {
		t.Fatalf("an entry of %d bytes", len(full))
	}
	for name, entry := range map[string][]byte{
		"another number":  b.Full("+8613812345679"),
		"another country": b.Full("+13812345678"),
		"another key":     other.Full("+8613812345678"),
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
