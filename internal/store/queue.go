package store

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"orderflow/internal/globalid"
)

const (
	// batchSize is how many commands run together at most.
	batchSize = 16
	// batchTimeout ends a batch that hangs; its commands run alone then.
	batchTimeout = 10 * time.Second
	// slotLease is how long a command or a batch keeps its slot. One that takes longer waits for rows
	// that others hold; it goes on, but nobody waits for it.
	slotLease = 200 * time.Millisecond
)

// Queue runs commands of one kind. A command runs as soon as the database has a free slot, by
// itself on its caller's goroutine; those that have come while all slots were taken run together,
// in one transaction. There is no timer.
type Queue[T any] struct {
	alone    func(ctx context.Context, command T) ([]globalid.ID, error)
	together func(ctx context.Context, batch []*Waiting[T])
	db       *DB // whose slots all queues share

	mu      sync.Mutex
	waiting []*Waiting[T]
	calling bool // somebody waits for a slot on behalf of all
}

// Waiting is a command that waits in a queue.
type Waiting[T any] struct {
	Ctx     context.Context // of the caller, who may have left
	Command T

	// Set by together. Done: it has ended, with IDs or Err. Held: others hold its rows, so that it
	// waits for them without the queue. All that are not done run alone, in the order in which they
	// came.
	Done bool
	IDs  []globalid.ID
	Err  error
	Held bool

	panicked any // of the batch

	turn  chan struct{} // closed when it is done, or is to run alone
	ended chan struct{} // closed when it has run alone
}

// NewQueue returns a queue on a database. together is called with at least two commands, on a
// context of its own: the caller of one of them may leave without harm for the others. What it
// fails to do is done by alone, which decides on every error.
func NewQueue[T any](
	db *DB, alone func(ctx context.Context, command T) ([]globalid.ID, error),
	together func(ctx context.Context, batch []*Waiting[T]),
) *Queue[T] {
	return &Queue[T]{alone: alone, together: together, db: db}
}

// Queued is the number of commands that wait in queues of the database.
func (db *DB) Queued() int { return int(db.queued.Load()) }

// HoldSlots takes all slots until they are released: what queues are given meanwhile waits, and
// runs together then. It is for tests.
func (db *DB) HoldSlots() (release func()) {
	for range slots {
		db.slots <- struct{}{}
	}
	return sync.OnceFunc(func() {
		for range slots {
			<-db.slots
		}
	})
}

// Do runs a command, alone or together with others, and returns the ids that it results in. A
// caller whose context ends while it waits gets the context's error, and nothing is done.
func (q *Queue[T]) Do(ctx context.Context, command T) ([]globalid.ID, error) {
	w := &Waiting[T]{Ctx: ctx, Command: command,
		turn: make(chan struct{}), ended: make(chan struct{})}
	q.enter(w)
	defer close(w.ended)
	select {
	case <-w.turn:
	case <-ctx.Done():
		if q.leave(w) {
			return nil, ctx.Err()
		}
		<-w.turn
	}
	if w.Done && w.panicked != nil {
		panic(w.panicked)
	}
	if w.Done {
		return w.IDs, w.Err
	}
	return q.alone(ctx, command)
}

// enter has the command wait, and calls for a slot unless somebody does.
func (q *Queue[T]) enter(w *Waiting[T]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, w)
	q.db.queued.Add(1)
	if !q.calling {
		q.calling = true
		go q.call()
	}
}

// leave takes a command out of the queue, unless its batch has begun.
func (q *Queue[T]) leave(w *Waiting[T]) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, w)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
		q.db.queued.Add(-1)
	}
	return i >= 0
}

// call waits for a slot and runs what waits then. Before that every goroutine that can run does:
// the commands that follow one another on the same connections begin when a batch has ended, all at
// the same moment.
func (q *Queue[T]) call() {
	q.db.slots <- struct{}{}
	release := sync.OnceFunc(func() { <-q.db.slots })
	defer release()
	defer time.AfterFunc(slotLease, release).Stop()
	runtime.Gosched()
	q.mu.Lock()
	n := min(len(q.waiting), batchSize)
	batch := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	q.db.queued.Add(-int64(n))
	if q.calling = len(q.waiting) > 0; q.calling {
		go q.call()
	}
	q.mu.Unlock()
	q.run(batch)
}

// run tries a batch together, and has the callers of those that are not done run them.
func (q *Queue[T]) run(batch []*Waiting[T]) {
	if len(batch) > 1 {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].Ctx), batchTimeout)
		q.tryTogether(ctx, batch)
		cancel()
	}
	for _, w := range batch {
		if w.Done || w.Held {
			close(w.turn)
		}
	}
	for _, w := range batch {
		if !w.Done && !w.Held {
			close(w.turn)
			<-w.ended
		}
	}
}

// tryTogether keeps a panic from ending the process. Before the commit nothing is done: whoever
// makes the batch panic does so alone, on its caller's goroutine. After it the callers panic.
func (q *Queue[T]) tryTogether(ctx context.Context, batch []*Waiting[T]) {
	defer func() {
		if p := recover(); p != nil {
			for _, w := range batch {
				w.panicked = p
			}
		}
	}()
	q.together(ctx, batch)
}
