package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

const (
	checkBytes = 16

	// maxRecorded bounds the keys of a record, so that it fits 500 characters.
	maxRecorded = 12
)

// CheckValue is a value by which the holders of a secret find out whether theirs are the same. The
// secret cannot be computed from it, unless the secret can be guessed.
func CheckValue(secret []byte, purpose string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("orderflow check value: " + purpose))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:checkBytes])
}

// CheckValue is that of the index key.
func (b *Blind) CheckValue() string { return CheckValue(b.key, "blind index key") }

// Record is the record of the key that seals, for Admit of other rings.
func (k *Keyring) Record() string { return k.current + ":" + k.checks[k.current] }

// Admit compares the ring with the record of the keys that have sealed so far, the newest first,
// each as id:check, and returns the record that includes its own. A ring fits when it holds the
// newest key; an older one may be missing, but not be another under the same id.
func (k *Keyring) Admit(record string) (string, error) {
	sealed := strings.Fields(record)
	for i, entry := range sealed {
		id, check, _ := strings.Cut(entry, ":")
		switch own, held := k.checks[id]; {
		case held && own != check:
			return "", fmt.Errorf("key %q is not the %q that other servers have sealed with", id, id)
		case !held && i == 0:
			return "", fmt.Errorf("key %q is missing, with which other servers seal", id)
		}
	}
	if slices.Contains(sealed, k.Record()) {
		return record, nil
	}
	sealed = append([]string{k.Record()}, sealed...)
	return strings.Join(sealed[:min(len(sealed), maxRecorded)], " "), nil
}
