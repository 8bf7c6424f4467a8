package pay

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/sandbox"
)

// charge is one row of the ledger; one that does not exist has the state ChargeMissing.
type charge struct {
	chargeCall
	state channel.ChargeState
}

// transaction is one payment of a charge.
type transaction struct {
	id     string
	amount int64
	paidAt time.Time
}

// charge reads a charge. One that is past its time becomes closed here, and stays so whatever the
// clock does afterwards.
func (p *Peer) charge(tx *sql.Tx, no string) (charge, error) {
	c := charge{state: channel.ChargeMissing}
	c.OutTradeNo = no
	var expires int64
	err := tx.QueryRow(`SELECT description, amount, currency, account, payer, expires_at,
		notify_url, state FROM charges WHERE out_trade_no = ?`, no).
		Scan(&c.Description, &c.Amount, &c.Currency, &c.Account, &c.Payer, &expires,
			&c.NotifyURL, &c.state)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("sandbox: charge: %w", err)
	}
	c.ExpiresAt = sandbox.FromMicros(expires)
	if c.state == channel.ChargeUnpaid && !p.Now().Before(c.ExpiresAt) {
		return c, c.set(tx, channel.ChargeClosed)
	}
	return c, nil
}

func (c *charge) set(tx *sql.Tx, state channel.ChargeState) error {
	c.state = state
	_, err := tx.Exec(`UPDATE charges SET state = ? WHERE out_trade_no = ?`, state, c.OutTradeNo)
	if err != nil {
		return fmt.Errorf("sandbox: charge: %w", err)
	}
	return nil
}

// payments lists what was paid on a charge, the first first.
func payments(tx *sql.Tx, no string) ([]transaction, error) {
	rows, err := tx.Query(`SELECT transaction_id, amount, paid_at FROM transactions
		WHERE out_trade_no = ? ORDER BY seq`, no)
	if err != nil {
		return nil, fmt.Errorf("sandbox: transactions: %w", err)
	}
	defer rows.Close()
	var found []transaction
	for rows.Next() {
		var t transaction
		var paidAt int64
		if err := rows.Scan(&t.id, &t.amount, &paidAt); err != nil {
			return nil, fmt.Errorf("sandbox: transactions: %w", err)
		}
		t.paidAt = sandbox.FromMicros(paidAt)
		found = append(found, t)
	}
	return found, rows.Err()
}

// body has the first payment of a charge that was paid more than once; the others are in their
// notices only.
func (c charge) body(tx *sql.Tx) (chargeBody, error) {
	if c.state != channel.ChargePaid {
		return chargeBody{OutTradeNo: c.OutTradeNo, State: c.state}, nil
	}
	paid, err := payments(tx, c.OutTradeNo)
	if err != nil {
		return chargeBody{}, err
	}
	if len(paid) == 0 {
		return chargeBody{}, fmt.Errorf("sandbox: %s is paid without a transaction", c.OutTradeNo)
	}
	return c.paidBody(paid[0]), nil
}

func (c charge) paidBody(t transaction) chargeBody {
	return chargeBody{
		OutTradeNo: c.OutTradeNo, State: channel.ChargePaid, TransactionID: t.id,
		Amount: t.amount, Currency: c.Currency, PaidAt: t.paidAt,
	}
}

func (p *Peer) openCharge(tx *sql.Tx, req chargeCall) (any, error) {
	no := req.OutTradeNo
	req.ExpiresAt = req.ExpiresAt.UTC().Truncate(time.Microsecond)
	if no == "" || req.Amount <= 0 || req.Currency == "" || req.Account == "" {
		return nil, sandbox.Refuse(sandbox.CodeBadRequest,
			"number, amount, currency and account are needed")
	}
	c, err := p.charge(tx, no)
	if err != nil {
		return nil, err
	}
	opened := openedBody{PayPath: "/pay/" + url.PathEscape(no)}
	if c.state != channel.ChargeMissing {
		req.NotifyURL = c.NotifyURL
		switch {
		case c.chargeCall != req:
			return nil, sandbox.Refuse(CodeValuesDiffer, "charge %s has other values", no)
		case c.state == channel.ChargeUnpaid, c.state == channel.ChargePaid:
			return opened, nil
		default:
			return nil, sandbox.Refuse(CodeNotOpen, "charge %s is %s", no, c.state)
		}
	}
	if !p.Now().Before(req.ExpiresAt) {
		return nil, sandbox.Refuse(CodeExpired, "charge %s would be expired", no)
	}
	_, err = tx.Exec(`INSERT INTO charges (out_trade_no, description, amount, currency, account,
		payer, expires_at, notify_url, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		no, req.Description, req.Amount, req.Currency, req.Account,
		req.Payer, sandbox.Micros(req.ExpiresAt), req.NotifyURL, channel.ChargeUnpaid)
	if err != nil {
		return nil, fmt.Errorf("sandbox: open: %w", err)
	}
	return opened, nil
}

func (p *Peer) queryCharge(tx *sql.Tx, no string) (any, error) {
	c, err := p.charge(tx, no)
	if err != nil {
		return nil, err
	}
	return c.body(tx)
}

func (p *Peer) closeCharge(tx *sql.Tx, no string) (any, error) {
	c, err := p.charge(tx, no)
	if err != nil {
		return nil, err
	}
	if c.state == channel.ChargeUnpaid || c.state == channel.ChargeFailed {
		if err := c.set(tx, channel.ChargeClosed); err != nil {
			return nil, err
		}
	}
	return c.body(tx)
}
