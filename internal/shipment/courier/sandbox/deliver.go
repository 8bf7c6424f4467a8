package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// pollEvery is how often Run looks for pushes that became due by the clock.
const pollEvery = time.Second

func defaultIntervals() []time.Duration {
	return []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second,
		30 * time.Second, time.Minute, 5 * time.Minute,
	}
}

// queued is a push as it waits to be sent.
type queued struct {
	seq       int64
	reference string
	url       string
	body      []byte
	tries     int
}

// Run sends pushes as they become due, until ctx ends.
func (p *Peer) Run(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if _, err := p.Deliver(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-p.wake:
		}
	}
}

// Deliver sends every push that is due now, each once, in the order in which they were written, and
// tells how many were sent. What was not accepted becomes due again later, in real time.
func (p *Peer) Deliver(ctx context.Context) (int, error) {
	p.delivering.Lock()
	defer p.delivering.Unlock()
	due, err := p.due(ctx)
	if err != nil {
		return 0, err
	}
	for sent, push := range due {
		if err := p.send(ctx, push); err != nil {
			return sent, err
		}
	}
	return len(due), nil
}

func (p *Peer) due(ctx context.Context) ([]queued, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT seq, reference, url, body, tries FROM pushes
		WHERE state = ? AND next_at <= ? ORDER BY seq`, pushPending, micros(p.signer.Now()))
	if err != nil {
		return nil, fmt.Errorf("sandbox: pushes: %w", err)
	}
	defer rows.Close()
	var found []queued
	for rows.Next() {
		var q queued
		if err := rows.Scan(&q.seq, &q.reference, &q.url, &q.body, &q.tries); err != nil {
			return nil, fmt.Errorf("sandbox: pushes: %w", err)
		}
		found = append(found, q)
	}
	return found, rows.Err()
}

// send tries once and stores what came of it. Its error is the peer's own, never the receiver's.
func (p *Peer) send(ctx context.Context, q queued) error {
	p.hook(Before, OpPush, q.reference)
	failure := p.post(ctx, q)
	if failure == nil {
		p.hook(Answered, OpPush, q.reference)
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	state, next := pushAccepted, p.signer.Now()
	switch {
	case failure != nil && q.tries >= len(p.intervals):
		state = pushGivenUp
	case failure != nil:
		state, next = pushPending, next.Add(p.intervals[q.tries])
	}
	_, err := p.db.ExecContext(context.WithoutCancel(ctx),
		`UPDATE pushes SET state = ?, tries = tries + 1, next_at = ? WHERE seq = ?`,
		state, micros(next), q.seq)
	if err != nil {
		return fmt.Errorf("sandbox: pushes: %w", err)
	}
	return nil
}

func (p *Peer) post(ctx context.Context, q queued) error {
	target := q.url
	if target == "" {
		target = p.callbackURL()
	}
	if target == "" {
		return errors.New("no address for the push")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(q.body))
	if err != nil {
		return err
	}
	req.Close = true
	req.Header.Set("Content-Type", "application/json")
	p.signer.Sign(req.Header, q.body, forPush)
	resp, err := p.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
