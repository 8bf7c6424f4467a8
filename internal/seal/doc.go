// Package seal keeps personal data unreadable at rest: names, addresses, phone numbers and what
// people write are sealed with AES-256-GCM, and a keyed blind index finds a row by a phone number
// that cannot be read from it.
//
// It owns the format of a sealed value, the keyring, and the check values by which servers find out
// whether their keys fit together. It does not decide who may read what, holds no database code,
// and does not know in which form phone numbers are compared.
//
// Invariants: a sealed value opens only for the row it was sealed for; a value sealed by any key of
// the ring opens, the first key seals; neither a sealed value nor an index entry can be
// distinguished from another of its length without the keys.
//
// To rotate: add the new key behind (`k1:…,k2:…`) and restart every server, so that all can open
// what it seals; put it in front (`k2:…,k1:…`) and restart every server; drop the old key once
// nothing sealed by it is left. The blind key does not rotate: its entries are compared.
package seal
