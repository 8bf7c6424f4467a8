package courier

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"orderflow/internal/sandbox"
	"orderflow/internal/shipment/courier"
)

// Add stores an event of a parcel, which is named by its number or, without one, by the reference
// of its subscription. An event without a time happens now. Only Push sends it.
func (p *Peer) Add(ctx context.Context, parcel courier.Parcel, event courier.Event) error {
	if err := Event(event).check(); err != nil {
		return err
	}
	if event.At.IsZero() {
		event.At = p.Now()
	}
	return p.InTx(ctx, func(tx *sql.Tx) error {
		carrier, number, err := parcelOf(tx, parcel)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO events (carrier, number, at, stage, text, location,
			correction) VALUES (?, ?, ?, ?, ?, ?, ?)`, carrier, number,
			sandbox.Micros(event.At.Truncate(time.Microsecond)), event.Stage, event.Text, event.Location,
			event.Correction)
		if err != nil {
			return fmt.Errorf("sandbox: event: %w", err)
		}
		return nil
	})
}

// Correct adds an event that takes back a final stage.
func (p *Peer) Correct(ctx context.Context, parcel courier.Parcel, event courier.Event) error {
	event.Correction = true
	return p.Add(ctx, parcel, event)
}

// AnswerInterception accepts or refuses an interception that was requested, and ends one that was
// accepted with success or failure. Where the parcel goes is added as events.
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
		return fmt.Errorf("%w: an interception is not answered by %q", sandbox.ErrNotPossible, answer)
	}
	return p.InTx(ctx, func(tx *sql.Tx) error {
		carrier, number, err := parcelOf(tx, parcel)
		if err != nil {
			return err
		}
		state, err := interception(tx, carrier, number)
		switch {
		case err != nil:
			return err
		case state == "":
			return fmt.Errorf("%w: no interception of %s was requested", sandbox.ErrUnknown, number)
		case state != from:
			return fmt.Errorf("%w: the interception of %s is %s", sandbox.ErrNotPossible, number, state)
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
