package event

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/ent"
	"orderflow/ent/feedhead"
	"orderflow/internal/store"
)

// SequencerOptions change how a sequencer works; the zero value is what production uses.
type SequencerOptions struct {
	// Holder names this server to people who look at the lease; at most 40 characters.
	Holder string
	// Lease is how long the others wait for a holder that does nothing; 0 means 5 s.
	Lease time.Duration
	// Poll is how often to look for events of other servers; 0 means 200 ms.
	Poll time.Duration
	// Batch is how many events one transaction places at most; 0 and more than 1,000 mean 1,000.
	Batch int
	// Log gets a warning when a term of the sequencer broke off; nil drops it.
	Log *slog.Logger
}

// Sequencer gives committed events their position in the feed. Every server runs one; at most one
// of them works at a time.
type Sequencer struct {
	db   *store.DB
	feed *Feed
	opts SequencerOptions
}

// NewSequencer makes a sequencer that tells feed, this server's own, at once what it has placed.
func NewSequencer(db *store.DB, feed *Feed, opts SequencerOptions) *Sequencer {
	const maxBatch = 1000
	if opts.Batch <= 0 || opts.Batch > maxBatch {
		opts.Batch = maxBatch
	}
	if opts.Lease == 0 {
		opts.Lease = 5 * time.Second
	}
	if opts.Poll == 0 {
		opts.Poll = 200 * time.Millisecond
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Sequencer{db: db, feed: feed, opts: opts}
}

// Run works until ctx ends, whatever happens to the database in between. Then it hands over:
// another server goes on at once.
func (s *Sequencer) Run(ctx context.Context) {
	ring, quiet := s.db.Commits.Subscribe()
	defer quiet()
	for ctx.Err() == nil {
		if err := s.serve(ctx, ring); err != nil && ctx.Err() == nil {
			s.opts.Log.WarnContext(ctx, "sequencer starts anew", "error", err)
			s.rest(ctx, nil)
		}
	}
}

// serve returns with the first error.
func (s *Sequencer) serve(ctx context.Context, ring <-chan struct{}) error {
	if err := s.ensureHead(ctx); err != nil {
		return err
	}
	if s.db.Dialect == dialect.SQLite {
		return s.work(ctx, ring, s.embeddedTurn)
	}
	t, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer t.end(ctx)
	return s.work(ctx, ring, t.turn)
}

func (s *Sequencer) work(
	ctx context.Context, ring <-chan struct{}, turn func(ctx context.Context) (int, error),
) error {
	for ctx.Err() == nil {
		placed, err := turn(ctx)
		if err != nil {
			return err
		}
		if placed > 0 {
			s.feed.hub.nudge()
		}
		if placed < s.opts.Batch {
			s.rest(ctx, ring)
		}
	}
	return nil
}

// rest waits for the bell or for the next look; servers that started together drift apart.
func (s *Sequencer) rest(ctx context.Context, ring <-chan struct{}) {
	timer := time.NewTimer(s.opts.Poll/2 + rand.N(s.opts.Poll))
	defer timer.Stop()
	select {
	case <-ring:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// embeddedTurn is one batch on SQLite, whose single writer is lock enough.
func (s *Sequencer) embeddedTurn(ctx context.Context) (placed int, err error) {
	if some, err := anyUnplaced(ctx, s.db.ReadSQL()); err != nil || !some {
		return 0, err
	}
	err = s.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		head, err := tx.FeedHead.Get(ctx, headID)
		if err != nil {
			return err
		}
		placed, err = place(ctx, tx, head.Position, s.opts.Batch)
		return err
	})
	return placed, err
}

// ensureHead looks first: an insert would wait for whoever holds the row.
func (s *Sequencer) ensureHead(ctx context.Context) error {
	there, err := s.db.Client.FeedHead.Query().Where(feedhead.ID(headID)).Exist(ctx)
	if err != nil || there {
		return err
	}
	err = s.db.Client.FeedHead.Create().SetID(headID).Exec(ctx)
	if err != nil && !ent.IsConstraintError(err) {
		return fmt.Errorf("feed head: %w", err)
	}
	return nil
}

type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// anyUnplaced looks without a lock, so that an idle server does not take the head.
func anyUnplaced(ctx context.Context, q rowQuerier) (some bool, err error) {
	err = q.QueryRowContext(ctx,
		"SELECT EXISTS (SELECT 1 FROM events WHERE position IS NULL)").Scan(&some)
	return some, err
}
