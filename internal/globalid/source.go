package globalid

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// Source makes ids. It is safe for concurrent use, and its ids are strictly increasing even when
// the clock stands still or goes back.
type Source struct {
	mu      sync.Mutex
	now     func() time.Time
	entropy io.Reader
	ms      int64
	counter uint32
}

// NewSource returns a source with that clock and entropy.
func NewSource(now func() time.Time, entropy io.Reader) *Source {
	return &Source{now: now, entropy: entropy}
}

var process = NewSource(time.Now, rand.Reader)

// New makes an id from the process's own source: real time and the system's randomness.
func New(kind Kind) ID { return process.New(kind) }

// New makes an id of that kind. It panics when the entropy source fails, as nothing can go on then.
//
// Layout: 6 bytes of milliseconds, the kind, 3 bytes of counter (which starts at a random value
// below half of its range in each millisecond), 6 bytes of randomness. The kind stands before the
// counter, so that only ids of one kind are ordered within a millisecond, which is all that indexes
// need.
func (s *Source) New(kind Kind) ID {
	var id ID
	s.mu.Lock()
	defer s.mu.Unlock()
	var random [9]byte
	if _, err := io.ReadFull(s.entropy, random[:]); err != nil {
		panic("globalid: no entropy: " + err.Error())
	}
	const counterMax = 1<<24 - 1
	ms := s.now().UnixMilli()
	switch {
	case ms > s.ms:
		s.ms = ms
		s.counter = (uint32(random[0])<<16 | uint32(random[1])<<8 | uint32(random[2])) >> 1
	case s.counter == counterMax:
		s.ms++
		s.counter = 0
	default:
		s.counter++
	}
	id = Earliest(kind, time.UnixMilli(s.ms))
	id[7], id[8], id[9] = byte(s.counter>>16), byte(s.counter>>8), byte(s.counter)
	copy(id[10:], random[3:])
	return id
}

// Earliest is an id before all of a kind that are made from a time on, to the millisecond.
func Earliest(kind Kind, at time.Time) (id ID) {
	var head [8]byte
	binary.BigEndian.PutUint64(head[:], uint64(at.UnixMilli())<<16)
	copy(id[:6], head[:6])
	id[6] = byte(kind)
	return id
}

// Derived is the id of a kind that a digest of at least 16 bytes makes: the same for the same
// digest. Its time means nothing.
func Derived(kind Kind, digest []byte) (id ID) {
	copy(id[:], digest)
	id[6] = byte(kind)
	return id
}
