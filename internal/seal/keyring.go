package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

const (
	// version is the first byte of every sealed value.
	version = 1

	keySize  = 32
	maxKeyID = 16
	maxKeys  = 16
)

// ErrOpen is why a sealed value does not open: it is damaged, was sealed for another row, or its
// key is not in the ring. Only a missing key is distinguished.
var ErrOpen = errors.New("seal: the value does not open")

// Keyring seals and opens. It is immutable and safe for concurrent use.
type Keyring struct {
	current     string
	keys        map[string]cipher.AEAD
	checks      map[string]string // the check values of the keys
	development bool
}

// ParseKeyring reads a setting such as "k2:base64,k1:base64": ids of lower-case letters and digits,
// keys of 32 bytes. The first key seals, all open.
func ParseKeyring(setting string) (*Keyring, error) {
	parts := strings.Split(setting, ",")
	if len(parts) > maxKeys {
		return nil, fmt.Errorf("seal: more than %d keys", maxKeys)
	}
	ring := &Keyring{keys: make(map[string]cipher.AEAD, len(parts)),
		checks: make(map[string]string, len(parts))}
	for i, part := range parts {
		id, text, found := strings.Cut(strings.TrimSpace(part), ":")
		if !found || !validKeyID(id) {
			return nil, fmt.Errorf("seal: key %d is not written as id:base64", i+1)
		}
		if ring.keys[id] != nil {
			return nil, fmt.Errorf("seal: two keys are called %q", id)
		}
		key, err := decodeKey(text)
		if err != nil {
			return nil, fmt.Errorf("seal: key %q: %w", id, err)
		}
		aead, err := newAEAD(key)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			ring.current = id
		}
		ring.keys[id] = aead
		ring.checks[id] = CheckValue(key, "seal key")
		ring.development = ring.development || isDevelopment(key, developmentSealKey())
	}
	return ring, nil
}

// Development reports whether the ring holds the published key.
func (k *Keyring) Development() bool { return k.development }

// Seal encrypts plain for the row whose id bytes are given. A row with several sealed columns adds
// the column's name to row, so that they cannot be swapped.
func (k *Keyring) Seal(plain, row []byte) []byte {
	header := make([]byte, 0, 2+maxKeyID)
	header = append(header, version, byte(len(k.current)))
	header = append(header, k.current...)
	return k.keys[k.current].Seal(header, nil, plain, additional(header, row))
}

// Open returns what was sealed for that row, or an error that is ErrOpen.
func (k *Keyring) Open(sealed, row []byte) ([]byte, error) {
	if len(sealed) < 2 || sealed[0] != version || len(sealed) < 2+int(sealed[1]) {
		return nil, ErrOpen
	}
	header := sealed[:2+int(sealed[1])]
	aead := k.keys[string(header[2:])]
	if aead == nil {
		return nil, fmt.Errorf("%w: no key %q in the ring", ErrOpen, header[2:])
	}
	plain, err := aead.Open(nil, nil, sealed[len(header):], additional(header, row))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// additional is the additional data that authenticates a sealed value. The header has its own
// length, so no two pairs give the same bytes.
func additional(header, row []byte) []byte {
	bound := make([]byte, 0, len(header)+len(row))
	return append(append(bound, header...), row...)
}

// newAEAD draws a random nonce of 96 bits for each value: rotate a key before 2^32 of them.
func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return aead, nil
}

func validKeyID(id string) bool {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	return id != "" && len(id) <= maxKeyID && strings.Trim(id, alphabet) == ""
}

func decodeKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("not base64; make one with: openssl rand -base64 32")
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("%d bytes, not %d; make one with: openssl rand -base64 32",
			len(key), keySize)
	}
	return key, nil
}

// DevelopmentKeys is a published keyring setting. Production refuses it.
func DevelopmentKeys() string {
	return "dev:" + base64.StdEncoding.EncodeToString(developmentSealKey())
}

func developmentSealKey() []byte {
	key := sha256.Sum256([]byte("orderflow development seal key"))
	return key[:]
}

func isDevelopment(key, known []byte) bool { return subtle.ConstantTimeCompare(key, known) == 1 }
