package pay

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"orderflow/internal/payment/channel"
)

// Ledger is the money that moved; amounts are minor units.
type Ledger struct {
	Accounts []AccountLedger `json:"accounts"`
	Charges  []ChargeLedger  `json:"charges"`
}

// AccountLedger sums up one merchant account in one currency.
type AccountLedger struct {
	Account  string `json:"account"`
	Currency string `json:"currency"`
	Paid     int64  `json:"paid"`
	Refunded int64  `json:"refunded"`
}

// ChargeLedger is the money of one charge: each transaction, and each refund that succeeded.
type ChargeLedger struct {
	OutTradeNo string              `json:"out_trade_no"`
	Account    string              `json:"account"`
	Currency   string              `json:"currency"`
	Asked      int64               `json:"asked"`
	State      channel.ChargeState `json:"state"`
	Paid       int64               `json:"paid"`
	Refunded   int64               `json:"refunded"`
	Payments   []LedgerPayment     `json:"payments"`
	Refunds    []LedgerRefund      `json:"refunds"`
}

// LedgerPayment is one transaction.
type LedgerPayment struct {
	TransactionID string `json:"transaction_id"`
	Amount        int64  `json:"amount"`
}

// LedgerRefund is one refund that succeeded.
type LedgerRefund struct {
	OutRefundNo   string `json:"out_refund_no"`
	TransactionID string `json:"transaction_id"`
	Amount        int64  `json:"amount"`
}

// Charge finds a charge; without one it is the zero value.
func (l Ledger) Charge(outTradeNo string) ChargeLedger {
	for _, c := range l.Charges {
		if c.OutTradeNo == outTradeNo {
			return c
		}
	}
	return ChargeLedger{}
}

// Ledger reads the whole ledger in one transaction, ordered by number and account.
func (p *Peer) Ledger(ctx context.Context) (Ledger, error) {
	var ledger Ledger
	err := p.InTx(ctx, func(tx *sql.Tx) error {
		var err error
		if ledger.Charges, err = ledgerCharges(tx); err != nil {
			return fmt.Errorf("sandbox: ledger: %w", err)
		}
		return nil
	})
	ledger.Accounts = accounts(ledger.Charges)
	return ledger, err
}

func ledgerCharges(tx *sql.Tx) ([]ChargeLedger, error) {
	var charges []ChargeLedger
	at := map[string]int{}
	err := each(tx, `SELECT out_trade_no, account, currency, amount, state FROM charges
		ORDER BY out_trade_no`, nil, func(scan func(...any) error) error {
		var c ChargeLedger
		err := scan(&c.OutTradeNo, &c.Account, &c.Currency, &c.Asked, &c.State)
		at[c.OutTradeNo] = len(charges)
		charges = append(charges, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	var no string
	err = each(tx, `SELECT out_trade_no, transaction_id, amount FROM transactions
		ORDER BY seq`, nil, func(scan func(...any) error) error {
		var t LedgerPayment
		if err := scan(&no, &t.TransactionID, &t.Amount); err != nil {
			return err
		}
		c := &charges[at[no]]
		c.Paid += t.Amount
		c.Payments = append(c.Payments, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(tx, `SELECT out_trade_no, out_refund_no, transaction_id, amount FROM refunds
		WHERE state = ? ORDER BY out_refund_no`, []any{channel.RefundSucceeded},
		func(scan func(...any) error) error {
			var r LedgerRefund
			if err := scan(&no, &r.OutRefundNo, &r.TransactionID, &r.Amount); err != nil {
				return err
			}
			c := &charges[at[no]]
			c.Refunded += r.Amount
			c.Refunds = append(c.Refunds, r)
			return nil
		})
	return charges, err
}

func accounts(charges []ChargeLedger) []AccountLedger {
	var found []AccountLedger
	for _, c := range charges {
		at := slices.IndexFunc(found, func(a AccountLedger) bool {
			return a.Account == c.Account && a.Currency == c.Currency
		})
		if at < 0 {
			at = len(found)
			found = append(found, AccountLedger{Account: c.Account, Currency: c.Currency})
		}
		found[at].Paid += c.Paid
		found[at].Refunded += c.Refunded
	}
	slices.SortFunc(found, func(a, b AccountLedger) int {
		return strings.Compare(a.Account+" "+a.Currency, b.Account+" "+b.Currency)
	})
	return found
}

func each(
	tx *sql.Tx, query string, args []any, do func(scan func(...any) error) error,
) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
