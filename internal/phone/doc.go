// Package phone knows telephone numbers: how people write them, and the one form in which they are
// stored, compared, shown and masked. Which numbers there are is known by a port of libphonenumber.
//
// It does not own the index over numbers and the encryption, which are in package seal.
//
// Invariants:
//   - Ways to write one number give one Number, and its text is read as itself.
//   - A mask hides at least four digits of the number and all of an extension.
package phone
