package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"orderflow/ent"
)

// Hash is the hash of an entry that follows the one with the hash before, which is empty for the
// first. Each part is hashed with its length, so that no two entries are the same bytes.
func Hash(before []byte, e *ent.AuditEntry) []byte {
	h := sha256.New()
	var subject []byte
	if e.SubjectID != nil {
		subject = e.SubjectID[:]
	}
	for _, part := range [][]byte{
		before, e.ID[:], e.ShopID[:], number(e.Number), []byte(e.ActorRole), e.ActorID[:],
		[]byte(e.RequestID), []byte(e.Action), subject, []byte(e.Before), []byte(e.After),
		number(e.RealAt.UnixMicro()), number(e.CreatedAt.UnixMicro()),
	} {
		add(h, part)
	}
	return h.Sum(nil)
}

func add(h hash.Hash, part []byte) {
	h.Write(number(int64(len(part))))
	h.Write(part)
}

func number(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // its bits
}
