package courier

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"

	"orderflow/internal/sandbox"
)

// Push stores a push of everything that is known of a parcel now. Run or Deliver sends it, as all
// pushes.
func (p *Peer) Push(ctx context.Context, reference string) error {
	return p.onSubscription(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		if s.Ended {
			return fmt.Errorf("%w: the subscription of %s has ended",
				sandbox.ErrNotPossible, reference)
		}
		return p.pushAll(tx, s)
	})
}

// PushOld stores a push of a parcel as it was after its first events, before any interception and
// before the end of the subscription, like a push that comes late.
func (p *Peer) PushOld(ctx context.Context, reference string, events int) error {
	return p.onSubscription(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		s.Ended = false
		old, err := snapshot(tx, s, max(events, 0))
		if err != nil {
			return err
		}
		old.Interception = ""
		return p.push(tx, s, old)
	})
}

// Repeat stores copies of the last push.
func (p *Peer) Repeat(ctx context.Context, reference string, times int) error {
	return p.onSubscription(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		body, err := sandbox.LastMessage(tx, reference)
		if err != nil {
			return err
		}
		if body == nil {
			return fmt.Errorf("%w: nothing was pushed of %s", sandbox.ErrNotPossible, reference)
		}
		for range times {
			if err := p.enqueue(tx, s, body); err != nil {
				return err
			}
		}
		return nil
	})
}

// Stop ends a subscription with a last push, which has that as its content.
func (p *Peer) Stop(ctx context.Context, reference string) error {
	return p.onSubscription(ctx, reference, func(tx *sql.Tx, s Subscription) error {
		_, err := tx.Exec(`UPDATE subscriptions SET ended = 1 WHERE reference = ?`, reference)
		if err != nil {
			return fmt.Errorf("sandbox: stop: %w", err)
		}
		s.Ended = true
		return p.pushAll(tx, s)
	})
}

func (p *Peer) onSubscription(
	ctx context.Context, reference string, do func(*sql.Tx, Subscription) error,
) error {
	return p.InTx(ctx, func(tx *sql.Tx) error {
		s, err := subscription(tx, reference)
		if err != nil {
			return err
		}
		return do(tx, s)
	})
}

func (p *Peer) pushAll(tx *sql.Tx, s Subscription) error {
	known, err := snapshot(tx, s, everything)
	if err != nil {
		return err
	}
	return p.push(tx, s, known)
}

func (p *Peer) push(tx *sql.Tx, s Subscription, content snapshotBody) error {
	body, err := json.Marshal(pushBody{
		ID: "psh_" + rand.Text(), Reference: s.Reference, Snapshot: content,
	})
	if err != nil {
		return fmt.Errorf("sandbox: push: %w", err)
	}
	return p.enqueue(tx, s, body)
}

func (p *Peer) enqueue(tx *sql.Tx, s Subscription, body []byte) error {
	return p.Enqueue(tx, sandbox.Message{Subject: s.Reference, URL: s.url, Body: body})
}
