package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// IndexSize is the length in bytes of every entry of the blind index.
const IndexSize = 16

// Blind makes the entries of the blind index over phone numbers: with the key a number can be
// looked up, but never read from an entry. It is immutable and safe for concurrent use.
type Blind struct {
	key         []byte
	development bool
}

// ParseBlind reads the index key: 32 bytes in base64.
func ParseBlind(setting string) (*Blind, error) {
	key, err := decodeKey(setting)
	if err != nil {
		return nil, fmt.Errorf("seal: blind index key: %w", err)
	}
	return &Blind{key: key, development: isDevelopment(key, developmentBlindKey())}, nil
}

// Development reports whether the key is the published one.
func (b *Blind) Development() bool { return b.development }

// Full is the entry of a whole number in its one form, which is E.164. There is none of a part of a
// number: few parts are possible, so orders with each of them would read all.
func (b *Blind) Full(number string) []byte {
	mac := hmac.New(sha256.New, b.key)
	mac.Write([]byte("full:" + number))
	return mac.Sum(nil)[:IndexSize]
}

// DevelopmentBlindKey is a published index key. Production refuses it.
func DevelopmentBlindKey() string {
	return base64.StdEncoding.EncodeToString(developmentBlindKey())
}

func developmentBlindKey() []byte {
	key := sha256.Sum256([]byte("orderflow development blind index key"))
	return key[:]
}
