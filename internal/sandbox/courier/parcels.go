package courier

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"orderflow/internal/sandbox"
	"orderflow/internal/shipment/courier"
)

// Subscription is what a reference is subscribed to.
type Subscription struct {
	Reference string `json:"reference"`
	Carrier   string `json:"carrier"`
	Number    string `json:"number"`
	Ended     bool   `json:"ended"`

	url string
}

// Subscriptions lists all subscriptions, ordered by reference.
func (p *Peer) Subscriptions(ctx context.Context) ([]Subscription, error) {
	found := []Subscription{}
	err := p.InTx(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(
			`SELECT reference, carrier, number, ended FROM subscriptions ORDER BY reference`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s Subscription
			if err := rows.Scan(&s.Reference, &s.Carrier, &s.Number, &s.Ended); err != nil {
				return err
			}
			found = append(found, s)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("sandbox: subscriptions: %w", err)
	}
	return found, nil
}

// subscription reads one, or sandbox.ErrUnknown.
func subscription(tx *sql.Tx, reference string) (Subscription, error) {
	s := Subscription{Reference: reference}
	err := tx.QueryRow(`SELECT carrier, number, url, ended FROM subscriptions WHERE reference = ?`,
		reference).Scan(&s.Carrier, &s.Number, &s.url, &s.Ended)
	if errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("%w: nobody subscribed to %s", sandbox.ErrUnknown, reference)
	}
	if err != nil {
		return s, fmt.Errorf("sandbox: subscription: %w", err)
	}
	return s, nil
}

func subscribe(tx *sql.Tx, call callBody) (any, error) {
	_, err := tx.Exec(`INSERT INTO subscriptions (reference, carrier, number, url, ended)
		VALUES (?, ?, ?, ?, 0) ON CONFLICT (reference) DO UPDATE SET carrier = excluded.carrier,
		number = excluded.number, url = excluded.url, ended = 0`,
		call.Reference, call.Carrier, call.Number, call.CallbackURL)
	if err != nil {
		return nil, fmt.Errorf("sandbox: subscribe: %w", err)
	}
	return struct{}{}, nil
}

func query(tx *sql.Tx, call callBody) (any, error) {
	s, err := subscription(tx, call.Reference)
	if err != nil && !errors.Is(err, sandbox.ErrUnknown) {
		return nil, err
	}
	// An earlier number of the reference is queried without its subscription.
	if s.Carrier != call.Carrier || s.Number != call.Number {
		s = Subscription{Carrier: call.Carrier, Number: call.Number}
	}
	return snapshot(tx, s, everything)
}

func intercept(tx *sql.Tx, call callBody) (any, error) {
	_, err := tx.Exec(`INSERT INTO interceptions (carrier, number, reason, state)
		VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		call.Carrier, call.Number, call.Reason, courier.InterceptionRequested)
	if err != nil {
		return nil, fmt.Errorf("sandbox: intercept: %w", err)
	}
	return struct{}{}, nil
}

// everything is the number of events that cuts nothing off.
const everything = -1

// snapshot returns the first events of a parcel that were added, the newest first.
func snapshot(tx *sql.Tx, s Subscription, events int) (snapshotBody, error) {
	known := snapshotBody{
		Carrier: s.Carrier, Number: s.Number, Ended: s.Ended, Events: []Event{},
	}
	var err error
	if known.Interception, err = interception(tx, s.Carrier, s.Number); err != nil {
		return known, err
	}
	rows, err := tx.Query(`SELECT at, stage, text, location, correction FROM
		(SELECT * FROM events WHERE carrier = ? AND number = ? ORDER BY seq LIMIT ?)
		ORDER BY at DESC, seq DESC`, s.Carrier, s.Number, events)
	if err != nil {
		return known, fmt.Errorf("sandbox: events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&at, &e.Stage, &e.Text, &e.Location, &e.Correction); err != nil {
			return known, fmt.Errorf("sandbox: events: %w", err)
		}
		e.At = sandbox.FromMicros(at)
		known.Events = append(known.Events, e)
	}
	return known, rows.Err()
}

// interception reads the state of an interception; empty without one.
func interception(tx *sql.Tx, carrier, number string) (courier.Interception, error) {
	var state courier.Interception
	err := tx.QueryRow(`SELECT state FROM interceptions WHERE carrier = ? AND number = ?`,
		carrier, number).Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("sandbox: interception: %w", err)
	}
	return state, nil
}
