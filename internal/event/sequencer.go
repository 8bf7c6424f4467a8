package event

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/health"
	"orderflow/internal/store"
)

// gather is the rest after a batch: what is committed meanwhile is one batch. The first event after
// a quiet moment does not wait.
const gather = 20 * time.Millisecond

// SequencerOptions change how a sequencer works; the zero value is what production uses.
type SequencerOptions struct {
	// Holder is the name of this server on the lease; at most 40 characters.
	Holder string
	// Lease is how long the others wait for a holder that does nothing; 0 means 5 s.
	Lease time.Duration
	// Poll is the longest rest between two checks for events of other servers, when there were none
	// for a while; 0 means 1 s. The shortest, after some were found, is a tenth of it.
	Poll time.Duration
	// Batch bounds the events of one transaction; 0 and more than 1,000 mean 1,000.
	Batch int
	// Log gets a warning when another sequencer has to be ended; nil drops it.
	Log *slog.Logger
	// Lane watches the rounds, and logs their errors; nil does not.
	Lane *health.Lane
}

// Sequencer assigns positions in the feed to committed events. Every server runs one; at most one
// of them is active at a time.
type Sequencer struct {
	db   *store.DB
	feed *Feed
	opts SequencerOptions
}

// NewSequencer makes a sequencer that notifies feed, this server's own, of new entries.
func NewSequencer(db *store.DB, feed *Feed, opts SequencerOptions) *Sequencer {
	const maxBatch = 1000
	if opts.Batch <= 0 || opts.Batch > maxBatch {
		opts.Batch = maxBatch
	}
	if opts.Lease == 0 {
		opts.Lease = 5 * time.Second
	}
	if opts.Poll == 0 {
		opts.Poll = time.Second
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Sequencer{db: db, feed: feed, opts: opts}
}

// Run works until ctx ends, whatever happens to the database in between. At its end it releases the
// lease: another server goes on at once.
func (s *Sequencer) Run(ctx context.Context) {
	commits, unsubscribe := s.db.Commits.Subscribe()
	defer unsubscribe()
	for ctx.Err() == nil {
		if err := s.serve(ctx, commits); err != nil && ctx.Err() == nil {
			wait(ctx, nil, s.opts.Poll)
		}
	}
}

// serve runs until ctx ends or the first error.
func (s *Sequencer) serve(ctx context.Context, commits <-chan struct{}) error {
	err := s.round(ctx, func(ctx context.Context) error { return ensureHead(ctx, s.db) })
	if err != nil {
		return err
	}
	defer s.feed.hub.lead(false)
	if s.db.Dialect == dialect.SQLite {
		s.feed.hub.lead(true)
		return s.work(ctx, commits, s.sqliteBatch)
	}
	var l *leadership
	err = s.round(ctx, func(ctx context.Context) (err error) {
		l, err = s.newLeadership(ctx)
		return err
	})
	if err != nil {
		return err
	}
	defer l.resign(ctx)
	return s.work(ctx, commits, l.tryBatch)
}

func (s *Sequencer) work(
	ctx context.Context, commits <-chan struct{}, batch func(ctx context.Context) (int, error),
) error {
	rest := store.Rest{Min: s.opts.Poll / 10, Max: s.opts.Poll}
	for polled := true; ctx.Err() == nil; {
		var n int
		err := s.round(ctx, func(ctx context.Context) (err error) {
			n, err = batch(ctx)
			return err
		})
		if err != nil {
			return err
		}
		if n > 0 {
			s.feed.hub.notify()
		}
		if n == s.opts.Batch {
			continue
		}
		if polled && n > 0 {
			rest.Reset() // another server has work for this one
		}
		if n > 0 {
			wait(ctx, nil, gather)
		}
		polled = wait(ctx, commits, rest.Next())
	}
	return nil
}

// round bounds and watches one round.
func (s *Sequencer) round(ctx context.Context, round func(ctx context.Context) error) error {
	return s.opts.Lane.Round(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		return round(ctx)
	})
}

// wait waits for a commit, or until the rest is over, which it reports.
func wait(ctx context.Context, commits <-chan struct{}, rest time.Duration) (over bool) {
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-commits:
		return false
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// sqliteBatch is one batch on SQLite, whose single writer makes a lease unnecessary.
func (s *Sequencer) sqliteBatch(ctx context.Context) (n int, err error) {
	if some, err := s.look(ctx); err != nil || !some {
		return 0, err
	}
	err = s.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		head, err := tx.FeedHead.Get(ctx, headID)
		if err != nil {
			return err
		}
		n, err = assignPositions(ctx, tx, head.Position, s.opts.Batch)
		return err
	})
	return n, err
}

// unsequencedExist is an expression: some committed event has no position.
const unsequencedExist = "EXISTS (SELECT 1 FROM events WHERE position IS NULL)"

// look reports whether there are events without a position, and learns the feed's epoch. It reads
// without a lock, so that an idle server does not occupy the writer.
func (s *Sequencer) look(ctx context.Context) (some bool, err error) {
	rows, err := s.db.Client.QueryContext(ctx, "SELECT epoch, "+unsequencedExist+
		" FROM feed_heads WHERE id = ?", headID)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, errors.Join(errors.New("the feed has lost its head"), rows.Err())
	}
	var epoch int64
	if err = rows.Scan(&epoch, &some); err == nil {
		s.feed.hub.setEpoch(epoch)
	}
	return some, errors.Join(err, rows.Err())
}
