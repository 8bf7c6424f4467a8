package pay

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"

	"orderflow/internal/sandbox"
)

// notify stores a notice of a charge, or of one of its refunds; m is all of it but the body. Faults
// can hold, delay, reorder, drop or copy it. Copies are messages, each repeated until accepted.
func (p *Peer) notify(tx *sql.Tx, m sandbox.Message, body noticeBody) error {
	copies := 1
	m.NotBefore = p.Now()
	for _, kind := range noticeFaults() {
		fault, err := sandbox.TakeFault(tx, OpNotice, m.Subject, kind)
		if err != nil {
			return err
		}
		switch fault.Kind {
		case NoNotice:
			copies = 0
		case HoldNotice:
			m.Held = true
		case ReorderNotice:
			m.AfterLater = true
		case DelayNotice:
			m.NotBefore = m.NotBefore.Add(delay(fault))
		case DuplicateNotice:
			copies *= int(fault.Value)
		}
	}
	body.ID = "ntc_" + rand.Text()
	var err error
	if m.Body, err = json.Marshal(body); err != nil {
		return fmt.Errorf("sandbox: notice: %w", err)
	}
	for range copies {
		if err := p.Enqueue(tx, m); err != nil {
			return err
		}
	}
	return nil
}
