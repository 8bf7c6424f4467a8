package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// FaultKind is a way in which a call goes wrong.
type FaultKind string

// The kinds of faults.
const (
	Unreachable   FaultKind = "UNREACHABLE"    // the connection breaks, nothing was done
	UnsignedError FaultKind = "UNSIGNED_ERROR" // 502 without a signature, nothing was done
	Stall         FaultKind = "STALL"          // no answer until the caller gives up, nothing done
	LoseAnswer    FaultKind = "LOSE_ANSWER"    // done, then the connection breaks
	IllSigned     FaultKind = "ILL_SIGNED"     // done, then an answer with a wrong signature
)

// Fault is misbehaviour ordered in advance. It is kept in the books and used up by the calls that
// it fits.
type Fault struct {
	Kind      FaultKind `json:"kind"`
	Op        Op        `json:"op,omitempty"`        // empty: any call
	Reference string    `json:"reference,omitempty"` // empty: any parcel
	Times     int       `json:"times,omitempty"`     // how often; 0 is once
}

func (f Fault) check() error {
	switch f.Kind {
	case Unreachable, UnsignedError, Stall, LoseAnswer, IllSigned:
		return nil
	default:
		return fmt.Errorf("sandbox: there is no fault %q", f.Kind)
	}
}

// AddFault orders a fault. Of several that fit, the oldest is used first.
func (p *Peer) AddFault(ctx context.Context, f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	_, err := p.db.ExecContext(ctx,
		`INSERT INTO faults (kind, op, reference, times) VALUES (?, ?, ?, ?)`,
		f.Kind, f.Op, f.Reference, max(f.Times, 1))
	if err != nil {
		return fmt.Errorf("sandbox: fault: %w", err)
	}
	return nil
}

// ClearFaults forgets all faults that were not used up.
func (p *Peer) ClearFaults(ctx context.Context) error {
	if _, err := p.db.ExecContext(ctx, `DELETE FROM faults`); err != nil {
		return fmt.Errorf("sandbox: faults: %w", err)
	}
	return nil
}

// takeFault uses up the oldest fault that fits; without one it is empty.
func (p *Peer) takeFault(ctx context.Context, op Op, reference string) (FaultKind, error) {
	var kind FaultKind
	err := p.inTx(ctx, func(tx *sql.Tx) error {
		var seq int64
		err := tx.QueryRow(`SELECT seq, kind FROM faults
			WHERE op IN ('', ?) AND reference IN ('', ?) ORDER BY seq LIMIT 1`, op, reference).
			Scan(&seq, &kind)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE faults SET times = times - 1 WHERE seq = ?`, seq)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM faults WHERE times <= 0`)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sandbox: faults: %w", err)
	}
	return kind, nil
}
