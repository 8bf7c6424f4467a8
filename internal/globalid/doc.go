// Package globalid makes and reads the 16-byte ids of every entity: 48 bits of milliseconds, a kind
// byte and 72 bits of counter and randomness. Ids are known before the insert, sort by time,
// contain their kind and reveal no volumes.
//
// In the database an id is BINARY(16); at every edge it is its kind's prefix and 26 characters of
// Crockford's base 32, such as "ord_06F…". Ids of one source are strictly increasing.
package globalid
