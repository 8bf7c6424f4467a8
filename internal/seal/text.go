package seal

import "fmt"

// SealText encrypts a text for one column of the row with that id. No text gives nil.
func (k *Keyring) SealText(text string, row [16]byte, column string) []byte {
	if text == "" {
		return nil
	}
	return k.Seal([]byte(text), cell(row, column))
}

// OpenText returns the text that was sealed for that column of that row, or an error that is
// ErrOpen. Nothing sealed is no text.
func (k *Keyring) OpenText(sealed []byte, row [16]byte, column string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := k.Open(sealed, cell(row, column))
	if err != nil {
		return "", fmt.Errorf("%s of %x: %w", column, row, err)
	}
	return string(plain), nil
}

// cell names a column of a row, so that what is sealed for it does not open for another.
func cell(row [16]byte, column string) []byte { return append(row[:], column...) }
