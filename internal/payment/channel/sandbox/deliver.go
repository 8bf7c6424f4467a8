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

// pollEvery is how often Run looks for notices that became due by the clock.
const pollEvery = time.Second

func defaultIntervals() []time.Duration {
	return []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second,
		30 * time.Second, time.Minute, 5 * time.Minute,
	}
}

// Run sends notices as they become due, until ctx ends.
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

// Deliver sends every notice that is due now, each once, in the order in which they were written,
// and tells how many were sent. What was not accepted becomes due again later, in real time.
func (p *Peer) Deliver(ctx context.Context) (int, error) {
	p.delivering.Lock()
	defer p.delivering.Unlock()
	tried := map[int64]bool{}
	for {
		due, err := p.due(ctx)
		if err != nil {
			return len(tried), err
		}
		fresh := false
		for _, n := range due {
			if tried[n.seq] {
				continue
			}
			tried[n.seq], fresh = true, true
			if err := p.send(ctx, n); err != nil {
				return len(tried), err
			}
		}
		// An accepted notice may have made a reordered one due.
		if !fresh {
			return len(tried), nil
		}
	}
}

func (p *Peer) due(ctx context.Context) ([]notice, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT seq, no, url, body, tries FROM notices AS n
		WHERE state = ? AND next_at <= ? AND not_before <= ? AND held = 0
		AND (after_later = 0 OR EXISTS (SELECT 1 FROM notices AS later
			WHERE later.out_trade_no = n.out_trade_no AND later.seq > n.seq
			AND later.id <> n.id AND later.state = ?))
		ORDER BY seq`,
		noticePending, micros(p.signer.Now()), micros(p.now()), noticeAccepted)
	if err != nil {
		return nil, fmt.Errorf("sandbox: notices: %w", err)
	}
	defer rows.Close()
	var found []notice
	for rows.Next() {
		var n notice
		if err := rows.Scan(&n.seq, &n.no, &n.url, &n.raw, &n.tries); err != nil {
			return nil, fmt.Errorf("sandbox: notices: %w", err)
		}
		found = append(found, n)
	}
	return found, rows.Err()
}

// send tries once and stores what came of it. Its error is the peer's own, never the receiver's.
func (p *Peer) send(ctx context.Context, n notice) error {
	p.hook(Before, OpNotice, n.no)
	failure := p.post(ctx, n)
	if failure == nil {
		p.hook(Answered, OpNotice, n.no)
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	state, next := noticeAccepted, p.signer.Now()
	switch {
	case failure != nil && n.tries >= len(p.intervals):
		state = noticeGivenUp
	case failure != nil:
		state, next = noticePending, next.Add(p.intervals[n.tries])
	}
	_, err := p.db.ExecContext(context.WithoutCancel(ctx),
		`UPDATE notices SET state = ?, tries = tries + 1, next_at = ? WHERE seq = ?`,
		state, micros(next), n.seq)
	if err != nil {
		return fmt.Errorf("sandbox: notices: %w", err)
	}
	return nil
}

func (p *Peer) post(ctx context.Context, n notice) error {
	target := n.url
	if target == "" {
		target = p.notifyURL()
	}
	if target == "" {
		return errors.New("no address for the notice")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(n.raw))
	if err != nil {
		return err
	}
	req.Close = true
	req.Header.Set("Content-Type", "application/json")
	p.signer.Sign(req.Header, n.raw, forNotice)
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
