package pay

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
)

// refund is one row of the ledger; one that does not exist has the state RefundMissing.
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
	r.SucceededAt = sandbox.FromMicros(succeeded)
	return r, nil
}

func (p *Peer) openRefund(tx *sql.Tx, req refundCall) (any, error) {
	no := req.OutRefundNo
	if no == "" || req.Amount <= 0 {
		return nil, sandbox.Refuse(sandbox.CodeBadRequest, "number and amount are needed")
	}
	paid, err := p.refundable(tx, req)
	if err != nil {
		return nil, err
	}
	r, err := loadRefund(tx, no)
	if err != nil {
		return nil, err
	}
	if r.State != channel.RefundMissing {
		same := r.outTradeNo == req.OutTradeNo && r.transactionID == paid.id &&
			r.Amount == req.Amount && r.reason == req.Reason
		if !same {
			return nil, sandbox.Refuse(CodeValuesDiffer, "refund %s has other values", no)
		}
		return r.refundBody, nil
	}
	if err := p.checkLimits(tx, paid, req.Amount); err != nil {
		return nil, err
	}
	state, err := refundOutcome(tx, no)
	if err != nil {
		return nil, err
	}
	r = refund{
		refundBody: refundBody{OutRefundNo: no, RefundID: "rfd_" + rand.Text(), Amount: req.Amount},
		outTradeNo: req.OutTradeNo, transactionID: paid.id,
		reason: req.Reason, notifyURL: req.NotifyURL,
	}
	_, err = tx.Exec(`INSERT INTO refunds (out_refund_no, refund_id, out_trade_no, transaction_id,
		amount, reason, notify_url, state, asked_at, succeeded_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		no, r.RefundID, r.outTradeNo, r.transactionID,
		r.Amount, r.reason, r.notifyURL, channel.RefundProcessing, sandbox.Micros(p.RealNow()))
	if err != nil {
		return nil, fmt.Errorf("sandbox: refund: %w", err)
	}
	if err := p.settle(tx, &r, state); err != nil {
		return nil, err
	}
	return r.refundBody, nil
}

// refundable finds the payment that a refund is of: the one named, or the only one.
func (p *Peer) refundable(tx *sql.Tx, req refundCall) (transaction, error) {
	c, err := p.charge(tx, req.OutTradeNo)
	if err != nil {
		return transaction{}, err
	}
	paid, err := payments(tx, req.OutTradeNo)
	if err != nil {
		return transaction{}, err
	}
	for _, t := range paid {
		if t.id != req.TransactionID && (req.TransactionID != "" || len(paid) > 1) {
			continue
		}
		if t.amount != req.Total || c.Currency != req.Currency || c.Account != req.Account {
			return transaction{}, sandbox.Refuse(sandbox.CodeBadRequest,
				"total, currency or account are not those of %s", t.id)
		}
		return t, nil
	}
	return transaction{}, sandbox.Refuse(CodeNotPaid, "charge %s has no payment %q",
		req.OutTradeNo, req.TransactionID)
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
		return sandbox.Refuse(CodeTooMuch, "%d of %d are left", paid.amount-taken, paid.amount)
	case number >= p.limits.RefundsPerPayment:
		return sandbox.Refuse(CodeTooManyRefunds, "the payment has %d refunds", number)
	case number > 0 && p.RealNow().Sub(sandbox.FromMicros(last)) < p.limits.RefundSpacing:
		return sandbox.Refuse(CodeTooOften, "wait %s between two refunds", p.limits.RefundSpacing)
	}
	return nil
}

// refundOutcome is success at once, unless a fault orders otherwise.
func refundOutcome(tx *sql.Tx, no string) (channel.RefundState, error) {
	fault, err := sandbox.TakeFault(tx, OpRefund, no, refundFaults()...)
	if err != nil {
		return "", err
	}
	switch fault.Kind {
	case RefuseRefund:
		return "", sandbox.Refuse(CodeRefused, "refund %s is refused", no)
	case NoBalance:
		return "", sandbox.Refuse(CodeNoBalance, "the account's balance is too low")
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

// settle stores the state and its notice; a refund that is processing has none yet.
func (p *Peer) settle(tx *sql.Tx, r *refund, state channel.RefundState) error {
	r.State = state
	if state == channel.RefundSucceeded {
		r.SucceededAt = p.Now()
	}
	_, err := tx.Exec(`UPDATE refunds SET state = ?, succeeded_at = ? WHERE out_refund_no = ?`,
		r.State, sandbox.Micros(r.SucceededAt), r.OutRefundNo)
	if err != nil {
		return fmt.Errorf("sandbox: refund: %w", err)
	}
	if state == channel.RefundProcessing {
		return nil
	}
	m := sandbox.Message{Thread: r.outTradeNo, Subject: r.OutRefundNo, URL: r.notifyURL}
	return p.notify(tx, m, noticeBody{Refund: &r.refundBody})
}

func (p *Peer) queryRefund(tx *sql.Tx, no string) (any, error) {
	r, err := loadRefund(tx, no)
	return r.refundBody, err
}

// SettleRefund ends a refund that is processing or abnormal; its notice follows.
func (p *Peer) SettleRefund(ctx context.Context, no string, state channel.RefundState) error {
	switch state {
	case channel.RefundSucceeded, channel.RefundClosed, channel.RefundAbnormal:
	default:
		return fmt.Errorf("%w: a refund does not end as %q", sandbox.ErrNotPossible, state)
	}
	return p.InTx(ctx, func(tx *sql.Tx) error {
		r, err := loadRefund(tx, no)
		if err != nil {
			return err
		}
		switch r.State {
		case channel.RefundMissing:
			return fmt.Errorf("%w: refund %s", sandbox.ErrUnknown, no)
		case channel.RefundProcessing, channel.RefundAbnormal:
			return p.settle(tx, &r, state)
		default:
			return fmt.Errorf("%w: refund %s is %s", sandbox.ErrNotPossible, no, r.State)
		}
	})
}
