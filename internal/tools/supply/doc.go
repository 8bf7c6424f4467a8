// Command supply says what the program is made of: the licences of all that it is built from, the
// list of components of a binary (SBOM), and the known vulnerabilities in one.
//
// It owns the list of allowed licences. It reads modules where the go command has them and changes
// nothing. See SECURITY.md for the routine.
package main
