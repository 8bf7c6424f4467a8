package pay

// schema is the tables of the ledger. Times are microseconds since 1970; 0 is none.
const schema = `
CREATE TABLE IF NOT EXISTS charges (
	out_trade_no TEXT PRIMARY KEY,
	description TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
	account TEXT NOT NULL, payer TEXT NOT NULL, expires_at INTEGER NOT NULL,
	notify_url TEXT NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS transactions (
	seq INTEGER PRIMARY KEY, transaction_id TEXT NOT NULL UNIQUE,
	out_trade_no TEXT NOT NULL REFERENCES charges, amount INTEGER NOT NULL, paid_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS transactions_of_charge ON transactions (out_trade_no);
CREATE INDEX IF NOT EXISTS transactions_of_day ON transactions (paid_at);
CREATE TABLE IF NOT EXISTS refunds (
	out_refund_no TEXT PRIMARY KEY, refund_id TEXT NOT NULL UNIQUE,
	out_trade_no TEXT NOT NULL REFERENCES charges, transaction_id TEXT NOT NULL,
	amount INTEGER NOT NULL, reason TEXT NOT NULL, notify_url TEXT NOT NULL, state TEXT NOT NULL,
	asked_at INTEGER NOT NULL, succeeded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS refunds_of_transaction ON refunds (transaction_id);
CREATE INDEX IF NOT EXISTS refunds_of_day ON refunds (succeeded_at);
`
