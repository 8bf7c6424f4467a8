package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// How a push stands.
const (
	pushPending  = "PENDING"
	pushAccepted = "ACCEPTED"
	pushGivenUp  = "GIVEN_UP"
)

// Push tells everything that is known of a parcel now. It is sent by Run or Deliver.
func (p *Peer) Push(ctx context.Context, reference string) error {
	return p.write(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		if s.Ended {
			return fmt.Errorf("%w: the subscription of %s has ended", ErrNotPossible, reference)
		}
		return p.pushAll(tx, s)
	})
}

// PushOld tells a parcel as it was after its first events, before any interception and before the
// end of the subscription, like a push that comes late.
func (p *Peer) PushOld(ctx context.Context, reference string, events int) error {
	return p.write(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		s.Ended = false
		told, err := snapshot(tx, s, max(events, 0))
		if err != nil {
			return err
		}
		told.Interception = ""
		return p.push(tx, s, told)
	})
}

// Repeat sends the last push that was written again, so many times.
func (p *Peer) Repeat(ctx context.Context, reference string, times int) error {
	return p.write(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		var body []byte
		err := tx.QueryRow(`SELECT body FROM pushes WHERE reference = ? ORDER BY seq DESC LIMIT 1`,
			reference).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: nothing was pushed of %s", ErrNotPossible, reference)
		}
		if err != nil {
			return fmt.Errorf("sandbox: push: %w", err)
		}
		for range times {
			if err := p.enqueue(tx, s, body); err != nil {
				return err
			}
		}
		return nil
	})
}

// Stop ends a subscription with a last push that says so.
func (p *Peer) Stop(ctx context.Context, reference string) error {
	return p.write(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		_, err := tx.Exec(`UPDATE subscriptions SET ended = 1 WHERE reference = ?`, reference)
		if err != nil {
			return fmt.Errorf("sandbox: stop: %w", err)
		}
		s.Ended = true
		return p.pushAll(tx, s)
	})
}

// write lets do write pushes of a subscription and wakes Run.
func (p *Peer) write(
	ctx context.Context, reference string, do func(*sql.Tx, Subscription) error,
) error {
	err := p.inTx(ctx, func(tx *sql.Tx) error {
		s, err := subscription(tx, reference)
		if err != nil {
			return err
		}
		return do(tx, s)
	})
	if err != nil {
		return err
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
	return nil
}

func (p *Peer) pushAll(tx *sql.Tx, s Subscription) error {
	told, err := snapshot(tx, s, everything)
	if err != nil {
		return err
	}
	return p.push(tx, s, told)
}

func (p *Peer) push(tx *sql.Tx, s Subscription, told snapshotBody) error {
	body, err := json.Marshal(pushBody{
		ID: "psh_" + rand.Text(), Reference: s.Reference, Snapshot: told,
	})
	if err != nil {
		return fmt.Errorf("sandbox: push: %w", err)
	}
	return p.enqueue(tx, s, body)
}

func (p *Peer) enqueue(tx *sql.Tx, s Subscription, body []byte) error {
	_, err := tx.Exec(`INSERT INTO pushes (reference, url, body, state, next_at)
		VALUES (?, ?, ?, ?, ?)`, s.Reference, s.url, body, pushPending, micros(p.signer.Now()))
	if err != nil {
		return fmt.Errorf("sandbox: push: %w", err)
	}
	return nil
}
