// Package region knows where goods go: the countries of ISO 3166-1, and the 34 divisions of China
// at the level of a province by GB/T 2260.
//
// It owns what people write for a region and the key that is stored and compared. It does not own
// addresses, freight or warehouses.
//
// Invariants:
//   - Ways to write one region give one key, and different regions give different keys.
//   - A key is valid input: its country and name parse to itself.
package region
