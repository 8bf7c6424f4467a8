package powercut

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// sector is what a disk writes at once, unless it is torn.
const sector = 512

// change is a write, or a truncation when it has no bytes.
type change struct {
	at    int64
	bytes []byte
}

// apply returns what a file holds after a change.
func (c change) apply(body []byte) []byte {
	if c.bytes == nil {
		return body[:min(c.at, int64(len(body)))]
	}
	if end := c.at + int64(len(c.bytes)); end > int64(len(body)) {
		body = append(body, make([]byte, end-int64(len(body)))...)
	}
	copy(body[c.at:], c.bytes)
	return body
}

// sectors divides a write at the borders of sectors. A truncation is done or not.
func (c change) sectors() (parts []change) {
	if c.bytes == nil {
		return []change{c}
	}
	for at, rest := c.at, c.bytes; len(rest) > 0; {
		n := min(sector-at%sector, int64(len(rest)))
		parts = append(parts, change{at, rest[:n]})
		at, rest = at+n, rest[n:]
	}
	return parts
}

// After writes into a folder what the disk may hold after the cut. Each draw is another outcome.
func (d *Disk) After(folder string, draw *rand.Rand) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.cut {
		return errors.New("powercut: there is power")
	}
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		body, some := d.files[name].after(draw)
		if !some {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), body, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// after draws what is left of a file, if it exists: in one of four kinds, because what is lost by
// sectors at random alone is seldom all, nothing or the end.
func (f *file) after(draw *rand.Rand) (body []byte, some bool) {
	if !f.certain && draw.IntN(2) == 0 {
		return nil, false
	}
	body = slices.Clone(f.synced)
	kind, end := draw.IntN(4), draw.IntN(len(f.unsynced)+1)
	for i, c := range f.unsynced {
		switch {
		case kind == 0 || kind == 1 && i >= end: // nothing, or what came first
			return body, true
		case kind < 3: // all
			body = c.apply(body)
		default:
			for _, part := range c.sectors() {
				body = part.torn(draw, body)
			}
		}
	}
	return body, true
}

// torn does a change of one sector, or does not, or does the first part of it.
func (c change) torn(draw *rand.Rand, body []byte) []byte {
	switch n := len(c.bytes); draw.IntN(8) {
	case 0, 1, 2:
		return body
	case 3:
		if n > 1 {
			return change{c.at, c.bytes[:1+draw.IntN(n-1)]}.apply(body)
		}
	}
	return c.apply(body)
}
