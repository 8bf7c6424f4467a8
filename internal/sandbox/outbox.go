package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The states of a message.
const (
	messagePending  = "PENDING"
	messageAccepted = "ACCEPTED"
	messageGivenUp  = "GIVEN_UP"
)

// pollEvery is how often Run looks for messages that became due by the clock.
const pollEvery = time.Second

// retryIntervals is how long to wait after each try that was not accepted.
func retryIntervals() []time.Duration {
	return []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second,
		30 * time.Second, time.Minute, 5 * time.Minute,
	}
}

// Message is something that a peer sends by itself.
type Message struct {
	// Subject is the number of what the message is about.
	Subject string
	// Thread groups the messages that AfterLater compares.
	Thread string
	// URL is where the message goes; empty is Options.CallbackURL.
	URL  string
	Body []byte
	// NotBefore is business time; zero is at once.
	NotBefore time.Time
	// Held keeps the message back until ReleaseMessages.
	Held bool
	// AfterLater keeps the message back until a later one of its thread was accepted.
	AfterLater bool
}

// Enqueue stores a message, which Run or Deliver sends after the transaction.
func (p *Peer) Enqueue(tx *sql.Tx, m Message) error {
	_, err := tx.Exec(`INSERT INTO messages (thread, subject, url, body, state, next_at,
		not_before, held, after_later) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.Thread, m.Subject, m.URL, m.Body, messagePending, Micros(p.RealNow()),
		Micros(m.NotBefore), m.Held, m.AfterLater)
	if err != nil {
		return fmt.Errorf("sandbox: message: %w", err)
	}
	p.wakeRun()
	return nil
}

// LastMessage returns the body of the newest message about a subject; nil without one.
func LastMessage(tx *sql.Tx, subject string) ([]byte, error) {
	var body []byte
	err := tx.QueryRow(`SELECT body FROM messages WHERE subject = ? ORDER BY seq DESC LIMIT 1`,
		subject).Scan(&body)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("sandbox: message: %w", err)
	}
	return body, nil
}

// ReleaseMessages ends the holding of the messages about a subject.
func (p *Peer) ReleaseMessages(ctx context.Context, subject string) error {
	_, err := p.db.ExecContext(ctx, `UPDATE messages SET held = 0 WHERE subject = ?`, subject)
	if err != nil {
		return fmt.Errorf("sandbox: release: %w", err)
	}
	p.wakeRun()
	return nil
}

func (p *Peer) wakeRun() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run sends messages as they become due, until ctx ends.
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

// Deliver sends every message that is due now, each once, in the order in which they were stored,
// and returns how many were sent. What was not accepted becomes due again later, in real time.
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
		for _, m := range due {
			if tried[m.seq] {
				continue
			}
			tried[m.seq], fresh = true, true
			if err := p.try(ctx, m); err != nil {
				return len(tried), err
			}
		}
		// An accepted message may have made one due that waits for a later one.
		if !fresh {
			return len(tried), nil
		}
	}
}

// queued is a message that waits to be sent.
type queued struct {
	Message
	seq   int64
	tries int
}

func (p *Peer) due(ctx context.Context) ([]queued, error) {
	// Copies have the same body.
	rows, err := p.db.QueryContext(ctx, `SELECT seq, subject, url, body, tries, not_before
		FROM messages AS m WHERE state = ? AND next_at <= ? AND held = 0
		AND (after_later = 0 OR EXISTS (SELECT 1 FROM messages AS later
			WHERE later.thread = m.thread AND later.seq > m.seq
			AND later.body <> m.body AND later.state = ?))
		ORDER BY seq`, messagePending, Micros(p.RealNow()), messageAccepted)
	if err != nil {
		return nil, fmt.Errorf("sandbox: messages: %w", err)
	}
	defer rows.Close()
	var found []queued
	var notBefore []int64
	for rows.Next() {
		var m queued
		var at int64
		if err := rows.Scan(&m.seq, &m.Subject, &m.URL, &m.Body, &m.tries, &at); err != nil {
			return nil, fmt.Errorf("sandbox: messages: %w", err)
		}
		found, notBefore = append(found, m), append(notBefore, at)
	}
	if err := rows.Err(); err != nil || len(found) == 0 {
		return nil, err // an idle peer does not ask for business time: that may be a query elsewhere
	}
	now, due := Micros(p.Now()), found[:0]
	for i, m := range found {
		if notBefore[i] <= now {
			due = append(due, m)
		}
	}
	return due, nil
}

// try sends once and stores the outcome. Its error is the peer's own, never the receiver's.
func (p *Peer) try(ctx context.Context, m queued) error {
	p.hook(Before, p.service.Op, m.Subject)
	failure := p.send(ctx, m.Message)
	if failure == nil {
		p.hook(Answered, p.service.Op, m.Subject)
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	state, next, intervals := messageAccepted, p.RealNow(), retryIntervals()
	switch {
	case failure != nil && m.tries >= len(intervals):
		state = messageGivenUp
	case failure != nil:
		state, next = messagePending, next.Add(intervals[m.tries])
	}
	_, err := p.db.ExecContext(context.WithoutCancel(ctx),
		`UPDATE messages SET state = ?, tries = tries + 1, next_at = ? WHERE seq = ?`,
		state, Micros(next), m.seq)
	if err != nil {
		return fmt.Errorf("sandbox: messages: %w", err)
	}
	return nil
}

func (p *Peer) send(ctx context.Context, m Message) error {
	target := m.URL
	if target == "" {
		target = p.callbackURL()
	}
	if target == "" {
		return errors.New("sandbox: the message has no address")
	}
	req, err := p.signer.NewMessage(ctx, target, p.service.Use, m.Body)
	if err != nil {
		return err
	}
	// The receiver may have been restarted since the last message.
	req.Close = true
	return SendMessage(p.http, req)
}
