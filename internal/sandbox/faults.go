package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// FaultKind is a way to misbehave. Those of calls are here, a service may have others.
type FaultKind string

// The faults of calls.
const (
	Unreachable   FaultKind = "UNREACHABLE"    // the connection breaks, nothing was done
	UnsignedError FaultKind = "UNSIGNED_ERROR" // 502 without a signature, nothing was done
	Stall         FaultKind = "STALL"          // no answer until the caller gives up, nothing done
	LoseAnswer    FaultKind = "LOSE_ANSWER"    // done, then the connection breaks
	IllSigned     FaultKind = "ILL_SIGNED"     // done, then an answer with a wrong signature
)

func callFaults() []FaultKind {
	return []FaultKind{Unreachable, UnsignedError, Stall, LoseAnswer, IllSigned}
}

// OfCalls reports whether every service has the fault.
func (k FaultKind) OfCalls() bool { return slices.Contains(callFaults(), k) }

// Fault is misbehaviour ordered in advance. It is stored, and used up by what it fits.
type Fault struct {
	Kind    FaultKind
	Op      Op     // empty: any
	Subject string // empty: any
	Times   int    // how often; 0 is once
	Value   int64  // the parameter of a kind that has one
}

// StoreFault orders a fault. Of several that fit, the oldest is used first.
func (p *Peer) StoreFault(ctx context.Context, f Fault) error {
	_, err := p.db.ExecContext(ctx,
		`INSERT INTO ordered_faults (kind, op, subject, times, value) VALUES (?, ?, ?, ?, ?)`,
		f.Kind, f.Op, f.Subject, max(f.Times, 1), f.Value)
	if err != nil {
		return fmt.Errorf("sandbox: fault: %w", err)
	}
	return nil
}

// ClearFaults removes all faults that were not used up.
func (p *Peer) ClearFaults(ctx context.Context) error {
	if _, err := p.db.ExecContext(ctx, `DELETE FROM ordered_faults`); err != nil {
		return fmt.Errorf("sandbox: faults: %w", err)
	}
	return nil
}

// TakeFault uses up the oldest fault of the kinds that fits, and returns its kind and value; or the
// zero Fault.
func TakeFault(tx *sql.Tx, op Op, subject string, kinds ...FaultKind) (Fault, error) {
	args := []any{op, subject}
	for _, kind := range kinds {
		args = append(args, kind)
	}
	var f Fault
	var seq int64
	err := tx.QueryRow(`SELECT seq, kind, value FROM ordered_faults
		WHERE op IN ('', ?) AND subject IN ('', ?)
		AND kind IN (?`+strings.Repeat(", ?", len(kinds)-1)+`) ORDER BY seq LIMIT 1`, args...).
		Scan(&seq, &f.Kind, &f.Value)
	if errors.Is(err, sql.ErrNoRows) {
		return Fault{}, nil
	}
	if err == nil {
		_, err = tx.Exec(`UPDATE ordered_faults SET times = times - 1 WHERE seq = ?`, seq)
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM ordered_faults WHERE times <= 0`)
	}
	if err != nil {
		return Fault{}, fmt.Errorf("sandbox: faults: %w", err)
	}
	return f, nil
}
