package sandbox

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"orderflow/internal/shipment/courier"
)

// Add writes down what happened to a parcel, which is named by its number or, without one,
// by the reference of its subscription. An event without a time happens now. Nobody is told
// before Push.
func (p *Peer) Add(ctx context.Context, parcel courier.Parcel, event courier.Event) error {
	if err := Event(event).check(); err != nil {
		return err
	}
	if event.At.IsZero() {
		event.At = p.now()
	}
	return p.inTx(ctx, func(tx *sql.Tx) error {
		carrier, number, err := parcelOf(tx, parcel)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO events (carrier, number, at, stage, text, location,
			correction) VALUES (?, ?, ?, ?, ?, ?, ?)`, carrier, number,
			micros(event.At.Truncate(time.Microsecond)), event.Stage, event.Text, event.Location,
			event.Correction)
		if err != nil {
			return fmt.Errorf("sandbox: event: %w", err)
		}
		return nil
	})
}

// Correct adds an event that takes back what was told to be final.
func (p *Peer) Correct(ctx context.Context, parcel courier.Parcel, event courier.Event) error {
	event.Correction = true
	return p.Add(ctx, parcel, event)
}

// AnswerInterception lets an interception that was asked for be accepted or refused, and one that
// was accepted succeed or fail. Where the parcel goes is added as events.
func (p *Peer) AnswerInterception(
	ctx context.Context, parcel courier.Parcel, answer courier.Interception,
) error {
	var from courier.Interception
	switch answer {
	case courier.InterceptionAccepted, courier.InterceptionRefused:
		from = courier.InterceptionRequested
	case courier.InterceptionSucceeded, courier.InterceptionFailed:
		from = courier.InterceptionAccepted
	default:
		return fmt.Errorf("%w: an interception is not answered by %q", ErrNotPossible, answer)
	}
	return p.inTx(ctx, func(tx *sql.Tx) error {
		carrier, number, err := parcelOf(tx, parcel)
		if err != nil {
			return err
		}
		state, err := interception(tx, carrier, number)
		switch {
		case err != nil:
			return err
		case state == "":
			return fmt.Errorf("%w: nobody asked to intercept %s", ErrUnknown, number)
		case state != from:
			return fmt.Errorf("%w: the interception of %s is %s", ErrNotPossible, number, state)
		}
		_, err = tx.Exec(`UPDATE interceptions SET state = ? WHERE carrier = ? AND number = ?`,
			answer, carrier, number)
		if err != nil {
			return fmt.Errorf("sandbox: interception: %w", err)
		}
		return nil
	})
}

func parcelOf(tx *sql.Tx, parcel courier.Parcel) (carrier, number string, err error) {
	if parcel.Number != "" {
		return cmp.Or(parcel.Carrier, Carrier), parcel.Number, nil
	}
	s, err := subscription(tx, parcel.Reference)
	return s.Carrier, s.Number, err
}
