package seal_test

import (
	"errors"
	"testing"

	"orderflow/internal/seal"
)

func TestATextOpensForItsOwnCellAlone(t *testing.T) {
	t.Parallel()
	keys := ring(t, "k1:"+key(1))
	row, other := [16]byte{1}, [16]byte{2}
	sealed := keys.SealText("放门口", row, "note")
	if got, err := keys.OpenText(sealed, row, "note"); err != nil || got != "放门口" {
		t.Errorf("opened %q, %v", got, err)
	}
	for name, open := range map[string]func() (string, error){
		"another row":    func() (string, error) { return keys.OpenText(sealed, other, "note") },
		"another column": func() (string, error) { return keys.OpenText(sealed, row, "text") },
	} {
		if got, err := open(); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("opened for %s: %q, %v", name, got, err)
		}
	}
	if sealed := keys.SealText("", row, "note"); sealed != nil {
		t.Errorf("no text is sealed as %x", sealed)
	}
	if got, err := keys.OpenText(nil, row, "note"); err != nil || got != "" {
		t.Errorf("nothing sealed opens as %q, %v", got, err)
	}
}
