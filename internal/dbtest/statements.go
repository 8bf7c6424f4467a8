package dbtest

import (
	"slices"
	"strings"
	"sync"
)

// Statements keeps the statements that a database gets, by its Observe as that of store.Options.
type Statements struct {
	mu   sync.Mutex
	seen []string
}

// Observe adds a statement.
func (s *Statements) Observe(query string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, query)
}

// Take returns the statements since it was called last, in their order.
func (s *Statements) Take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}

// TakeWrites is Take without queries and the frame of a transaction.
func (s *Statements) TakeWrites() []string {
	return slices.DeleteFunc(s.Take(), func(query string) bool {
		verb, _, _ := strings.Cut(query, " ")
		return verb != "INSERT" && verb != "UPDATE" && verb != "DELETE"
	})
}
