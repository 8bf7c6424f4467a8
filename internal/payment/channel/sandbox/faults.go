package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// FaultKind is a way to misbehave.
type FaultKind string

// Faults of calls; Op narrows them.
const (
	Unreachable   FaultKind = "UNREACHABLE"    // the connection breaks, nothing was done
	UnsignedError FaultKind = "UNSIGNED_ERROR" // 502 without a signature, nothing was done
	Stall         FaultKind = "STALL"          // no answer until the caller gives up, nothing done
	LoseAnswer    FaultKind = "LOSE_ANSWER"    // done, then the connection breaks
	IllSigned     FaultKind = "ILL_SIGNED"     // done, then an answer with a wrong signature
)

// Faults of the next payment of a charge.
const (
	FailPayment FaultKind = "FAIL_PAYMENT" // the payment fails, with a signed notice
	PayTwice    FaultKind = "PAY_TWICE"    // two transactions
	WrongAmount FaultKind = "WRONG_AMOUNT" // pays Amount instead
	PayLate     FaultKind = "PAY_LATE"     // pays although closed, expired, failed or paid
)

// Faults of the next notice of a charge (No is an out_trade_no) or refund (an out_refund_no). They
// add up.
const (
	NoNotice        FaultKind = "NO_NOTICE"
	HoldNotice      FaultKind = "HOLD_NOTICE"      // until released
	DelayNotice     FaultKind = "DELAY_NOTICE"     // for Delay of business time
	ReorderNotice   FaultKind = "REORDER_NOTICE"   // until a later one of the charge was accepted
	DuplicateNotice FaultKind = "DUPLICATE_NOTICE" // Copies instead of one
)

// Faults of the next new refund.
const (
	RefuseRefund   FaultKind = "REFUSE_REFUND"
	NoBalance      FaultKind = "NO_BALANCE"
	HoldRefund     FaultKind = "HOLD_REFUND" // processing until settled
	AbnormalRefund FaultKind = "ABNORMAL_REFUND"
	CloseRefund    FaultKind = "CLOSE_REFUND"
)

func callFaults() []FaultKind {
	return []FaultKind{Unreachable, UnsignedError, Stall, LoseAnswer, IllSigned}
}

func payFaults() []FaultKind { return []FaultKind{FailPayment, PayTwice, WrongAmount, PayLate} }

func noticeFaults() []FaultKind {
	return []FaultKind{NoNotice, HoldNotice, DelayNotice, ReorderNotice, DuplicateNotice}
}

func refundFaults() []FaultKind {
	return []FaultKind{RefuseRefund, NoBalance, HoldRefund, AbnormalRefund, CloseRefund}
}

// Fault is misbehaviour ordered in advance. It is kept in the books and used up by what it fits.
type Fault struct {
	Kind   FaultKind     `json:"kind"`
	Op     Op            `json:"op,omitempty"`       // empty: any call
	No     string        `json:"no,omitempty"`       // empty: any charge or refund
	Times  int           `json:"times,omitempty"`    // how often; 0 is once
	Amount int64         `json:"amount,omitempty"`   // of WrongAmount, minor units
	Copies int           `json:"copies,omitempty"`   // of DuplicateNotice; 0 is two
	Delay  time.Duration `json:"delay_ns,omitempty"` // of DelayNotice
}

func (f Fault) check() error {
	known := false
	for _, kinds := range [][]FaultKind{callFaults(), payFaults(), noticeFaults(), refundFaults()} {
		for _, kind := range kinds {
			known = known || kind == f.Kind
		}
	}
	switch {
	case !known:
		return fmt.Errorf("sandbox: there is no fault %q", f.Kind)
	case f.Kind == WrongAmount && f.Amount <= 0:
		return fmt.Errorf("sandbox: %s needs an amount", f.Kind)
	case f.Kind == DelayNotice && f.Delay <= 0:
		return fmt.Errorf("sandbox: %s needs a delay", f.Kind)
	}
	return nil
}

// AddFault orders a fault. Of several that fit, the oldest is used first.
func (p *Peer) AddFault(ctx context.Context, f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	_, err := p.db.ExecContext(ctx, `INSERT INTO faults (kind, op, no, times, amount, copies, delay)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		f.Kind, f.Op, f.No, max(f.Times, 1), f.Amount, max(f.Copies, 2), f.Delay)
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

func (p *Peer) takeCallFault(ctx context.Context, op Op, no string) (FaultKind, error) {
	var fault Fault
	err := p.inTx(ctx, func(tx *sql.Tx) error {
		var err error
		fault, err = takeFault(tx, op, no, callFaults())
		return err
	})
	return fault.Kind, err
}

// takeFault uses up the oldest fault of the kinds that fits; without one it is the zero Fault.
func takeFault(tx *sql.Tx, op Op, no string, kinds []FaultKind) (Fault, error) {
	args := []any{op, no}
	for _, kind := range kinds {
		args = append(args, kind)
	}
	var f Fault
	var seq int64
	err := tx.QueryRow(`SELECT seq, kind, amount, copies, delay FROM faults
		WHERE op IN ('', ?) AND no IN ('', ?)
		AND kind IN (?`+strings.Repeat(", ?", len(kinds)-1)+`) ORDER BY seq LIMIT 1`, args...).
		Scan(&seq, &f.Kind, &f.Amount, &f.Copies, &f.Delay)
	if errors.Is(err, sql.ErrNoRows) {
		return Fault{}, nil
	}
	if err != nil {
		return Fault{}, fmt.Errorf("sandbox: faults: %w", err)
	}
	if _, err = tx.Exec(`UPDATE faults SET times = times - 1 WHERE seq = ?`, seq); err == nil {
		_, err = tx.Exec(`DELETE FROM faults WHERE times <= 0`)
	}
	if err != nil {
		return Fault{}, fmt.Errorf("sandbox: faults: %w", err)
	}
	return f, nil
}
