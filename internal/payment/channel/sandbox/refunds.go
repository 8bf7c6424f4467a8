package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"orderflow/internal/payment/channel"
)

// ErrUnknown says that the books have no such charge or refund.
var ErrUnknown = errors.New("sandbox: no such number")

// ErrNotPossible says that a charge or refund is in no state for what was wanted of it.
var ErrNotPossible = errors.New("sandbox: not possible in this state")

// refund is one row of the books; one that is not there has the state RefundMissing.
type refund struct {
	refundBody
	outTradeNo    string
	transactionID string
	reason        string
	notifyURL     string
}

func loadRefund(tx *sql.Tx, no string) (refund, error) {
	r := refund{refundBody: refundBody{OutRefundNo: no, State: channel.RefundMissing}}
	var succeeded int64
	err := tx.QueryRow(`SELECT refund_id, out_trade_no, transaction_id, amount, reason, notify_url,
		state, succeeded_at FROM refunds WHERE out_refund_no = ?`, no).
		Scan(&r.RefundID, &r.outTradeNo, &r.transactionID, &r.Amount, &r.reason, &r.notifyURL,
			&r.State, &succeeded)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("sandbox: refund: %w", err)
	}
	r.SucceededAt = fromMicros(succeeded)
	return r, nil
}

func (p *Peer) openRefund(tx *sql.Tx, no string, body []byte) (any, error) {
	ask, err := decode[refundAsk](body)
	if err != nil {
		return nil, err
	}
	if no == "" || ask.Amount <= 0 {
		return nil, refuse(CodeBadRequest, "number and amount are needed")
	}
	paid, err := p.refundable(tx, ask)
	if err != nil {
		return nil, err
	}
	r, err := loadRefund(tx, no)
	if err != nil {
		return nil, err
	}
	if r.State != channel.RefundMissing {
		same := r.outTradeNo == ask.OutTradeNo && r.transactionID == paid.id &&
			r.Amount == ask.Amount && r.reason == ask.Reason
		if !same {
			return nil, refuse(CodeValuesDiffer, "refund %s has other values", no)
		}
		return r.refundBody, nil
	}
	if err := p.checkLimits(tx, paid, ask.Amount); err != nil {
		return nil, err
	}
	state, err := refundOutcome(tx, no)
	if err != nil {
		return nil, err
	}
	r = refund{
		refundBody: refundBody{OutRefundNo: no, RefundID: "rfd_" + rand.Text(), Amount: ask.Amount},
		outTradeNo: ask.OutTradeNo, transactionID: paid.id,
		reason: ask.Reason, notifyURL: ask.NotifyURL,
	}
	_, err = tx.Exec(`INSERT INTO refunds (out_refund_no, refund_id, out_trade_no, transaction_id,
		amount, reason, notify_url, state, asked_at, succeeded_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		no, r.RefundID, r.outTradeNo, r.transactionID,
		r.Amount, r.reason, r.notifyURL, channel.RefundProcessing, micros(p.signer.Now()))
	if err != nil {
		return nil, fmt.Errorf("sandbox: refund: %w", err)
	}
	if err := p.settle(tx, &r, state); err != nil {
		return nil, err
	}
	return r.refundBody, nil
}

// refundable finds the payment that a refund is of: the one named, or the only one.
func (p *Peer) refundable(tx *sql.Tx, ask refundAsk) (transaction, error) {
	c, err := p.charge(tx, ask.OutTradeNo)
	if err != nil {
		return transaction{}, err
	}
	paid, err := payments(tx, ask.OutTradeNo)
	if err != nil {
		return transaction{}, err
	}
	for _, t := range paid {
		if t.id != ask.TransactionID && (ask.TransactionID != "" || len(paid) > 1) {
			continue
		}
		if t.amount != ask.Total || c.Currency != ask.Currency || c.Account != ask.Account {
			return transaction{}, refuse(CodeBadRequest,
				"total, currency or account are not those of %s", t.id)
		}
		return t, nil
	}
	return transaction{}, refuse(CodeNotPaid, "charge %s has no payment %q",
		ask.OutTradeNo, ask.TransactionID)
}

func (p *Peer) checkLimits(tx *sql.Tx, paid transaction, amount int64) error {
	var number int
	var taken, last int64
	err := tx.QueryRow(`SELECT COUNT(*), COALESCE(MAX(asked_at), 0),
		COALESCE(SUM(CASE WHEN state = ? THEN 0 ELSE amount END), 0)
		FROM refunds WHERE transaction_id = ?`, channel.RefundClosed, paid.id).
		Scan(&number, &last, &taken)
	switch {
	case err != nil:
		return fmt.Errorf("sandbox: refund limits: %w", err)
	case amount > paid.amount-taken:
		return refuse(CodeTooMuch, "%d of %d are left", paid.amount-taken, paid.amount)
	case number >= p.limits.RefundsPerPayment:
		return refuse(CodeTooManyRefunds, "the payment has %d refunds", number)
	case number > 0 && p.signer.Now().Sub(fromMicros(last)) < p.limits.RefundSpacing:
		return refuse(CodeTooOften, "wait %s between two refunds", p.limits.RefundSpacing)
	}
	return nil
}

// refundOutcome is success at once, unless a fault wants it otherwise.
func refundOutcome(tx *sql.Tx, no string) (channel.RefundState, error) {
	fault, err := takeFault(tx, OpRefund, no, refundFaults())
	if err != nil {
		return "", err
	}
	switch fault.Kind {
	case RefuseRefund:
		return "", refuse(CodeRefused, "refund %s is refused", no)
	case NoBalance:
		return "", refuse(CodeNoBalance, "the account's balance is too low")
	case HoldRefund:
		return channel.RefundProcessing, nil
	case AbnormalRefund:
		return channel.RefundAbnormal, nil
	case CloseRefund:
		return channel.RefundClosed, nil
	default:
		return channel.RefundSucceeded, nil
	}
}

// settle stores the state and writes its notice; one that is processing has nothing to tell yet.
func (p *Peer) settle(tx *sql.Tx, r *refund, state channel.RefundState) error {
	r.State = state
	if state == channel.RefundSucceeded {
		r.SucceededAt = p.now()
	}
	_, err := tx.Exec(`UPDATE refunds SET state = ?, succeeded_at = ? WHERE out_refund_no = ?`,
		r.State, micros(r.SucceededAt), r.OutRefundNo)
	if err != nil {
		return fmt.Errorf("sandbox: refund: %w", err)
	}
	if state == channel.RefundProcessing {
		return nil
	}
	return p.notify(tx, notice{
		outTradeNo: r.outTradeNo, no: r.OutRefundNo, url: r.notifyURL,
		body: noticeBody{Refund: &r.refundBody},
	})
}

func (p *Peer) queryRefund(tx *sql.Tx, no string, _ []byte) (any, error) {
	r, err := loadRefund(tx, no)
	return r.refundBody, err
}

// SettleRefund ends a refund that is processing or abnormal; its notice follows.
func (p *Peer) SettleRefund(ctx context.Context, no string, state channel.RefundState) error {
	switch state {
	case channel.RefundSucceeded, channel.RefundClosed, channel.RefundAbnormal:
	default:
		return fmt.Errorf("%w: a refund does not end as %q", ErrNotPossible, state)
	}
	return p.inTx(ctx, func(tx *sql.Tx) error {
		r, err := loadRefund(tx, no)
		if err != nil {
			return err
		}
		switch r.State {
		case channel.RefundMissing:
			return fmt.Errorf("%w: refund %s", ErrUnknown, no)
		case channel.RefundProcessing, channel.RefundAbnormal:
			return p.settle(tx, &r, state)
		default:
			return fmt.Errorf("%w: refund %s is %s", ErrNotPossible, no, r.State)
		}
	})
}
