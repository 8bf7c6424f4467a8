package pay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orderflow/internal/sandbox"
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

// LateBill is a bill that is not ready yet (No is its day).
const LateBill FaultKind = "LATE_BILL"

// Faults of one line of a bill, until all are cleared. No is the number of the line: the
// transaction, or the out_refund_no.
const (
	OmitLine   FaultKind = "OMIT_LINE"
	LineAmount FaultKind = "LINE_AMOUNT" // the line has Amount
)

func payFaults() []FaultKind { return []FaultKind{FailPayment, PayTwice, WrongAmount, PayLate} }

func noticeFaults() []FaultKind {
	return []FaultKind{NoNotice, HoldNotice, DelayNotice, ReorderNotice, DuplicateNotice}
}

func refundFaults() []FaultKind {
	return []FaultKind{RefuseRefund, NoBalance, HoldRefund, AbnormalRefund, CloseRefund}
}

func billFaults() []FaultKind { return []FaultKind{LateBill, OmitLine, LineAmount} }

// Fault is misbehaviour ordered in advance. It is stored, and used up by what it fits.
type Fault struct {
	Kind   FaultKind     `json:"kind"`
	Op     Op            `json:"op,omitempty"`       // empty: any call
	No     string        `json:"no,omitempty"`       // empty: any charge or refund
	Times  int           `json:"times,omitempty"`    // how often; 0 is once
	Amount int64         `json:"amount,omitempty"`   // of WrongAmount and LineAmount, minor units
	Copies int           `json:"copies,omitempty"`   // of DuplicateNotice; 0 is two
	Delay  time.Duration `json:"delay_ns,omitempty"` // of DelayNotice
}

func (f Fault) check() error {
	known := f.Kind.OfCalls()
	for _, kinds := range [][]FaultKind{payFaults(), noticeFaults(), refundFaults(),
		billFaults()} {
		known = known || slices.Contains(kinds, f.Kind)
	}
	switch {
	case !known:
		return fmt.Errorf("sandbox: there is no fault %q", f.Kind)
	case (f.Kind == WrongAmount || f.Kind == LineAmount) && f.Amount <= 0:
		return fmt.Errorf("sandbox: %s needs an amount", f.Kind)
	case (f.Kind == OmitLine || f.Kind == LineAmount) && f.No == "":
		return fmt.Errorf("sandbox: %s needs the number of a line", f.Kind)
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
	stored := sandbox.Fault{Kind: f.Kind, Op: f.Op, Subject: f.No, Times: f.Times}
	switch f.Kind {
	case WrongAmount, LineAmount:
		stored.Value = f.Amount
	case DuplicateNotice:
		stored.Value = int64(max(f.Copies, 2))
	case DelayNotice:
		stored.Value = int64(f.Delay)
	}
	return p.StoreFault(ctx, stored)
}

func delay(f sandbox.Fault) time.Duration { return time.Duration(f.Value) }
