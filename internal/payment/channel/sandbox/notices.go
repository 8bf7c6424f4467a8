package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
)

// How a notice stands.
const (
	noticePending  = "PENDING"
	noticeAccepted = "ACCEPTED"
	noticeGivenUp  = "GIVEN_UP"
)

// notice is news of a charge, or of one of its refunds; no is the number of which.
type notice struct {
	seq        int64
	outTradeNo string
	no         string
	url        string
	body       noticeBody
	raw        []byte
	tries      int
}

// notify writes a notice, as the faults want it: copies are rows, each repeated until accepted.
func (p *Peer) notify(tx *sql.Tx, n notice) error {
	copies, held, reordered, notBefore := 1, false, false, p.now()
	for _, kind := range noticeFaults() {
		fault, err := takeFault(tx, OpNotice, n.no, []FaultKind{kind})
		if err != nil {
			return err
		}
		switch fault.Kind {
		case NoNotice:
			copies = 0
		case HoldNotice:
			held = true
		case ReorderNotice:
			reordered = true
		case DelayNotice:
			notBefore = notBefore.Add(fault.Delay)
		case DuplicateNotice:
			copies *= fault.Copies
		}
	}
	n.body.ID = "ntc_" + rand.Text()
	raw, err := json.Marshal(n.body)
	if err != nil {
		return fmt.Errorf("sandbox: notice: %w", err)
	}
	for range copies {
		_, err := tx.Exec(`INSERT INTO notices (id, out_trade_no, no, url, body, state, next_at,
			not_before, held, after_later) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			n.body.ID, n.outTradeNo, n.no, n.url, raw, noticePending, micros(p.signer.Now()),
			micros(notBefore), held, reordered)
		if err != nil {
			return fmt.Errorf("sandbox: notice: %w", err)
		}
	}
	p.wakeRun()
	return nil
}

func (p *Peer) wakeRun() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// ReleaseNotices lets the held notices of a charge or refund go.
func (p *Peer) ReleaseNotices(ctx context.Context, no string) error {
	_, err := p.db.ExecContext(ctx, `UPDATE notices SET held = 0 WHERE no = ?`, no)
	if err != nil {
		return fmt.Errorf("sandbox: release: %w", err)
	}
	p.wakeRun()
	return nil
}
