package jobs

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

const (
	// workers is how many rows of one job run at once.
	workers = 8
	// localWorkers is the same for jobs that call no other system, whose rows only wait for the disk.
	localWorkers = 16
	// localClaims is how many rows of such a job are claimed at once, the running ones included: a
	// claim costs about as much as a run.
	localClaims = 8 * localWorkers
	// queueWait is how long a claimed row may wait for a worker; after that it is left to the next
	// claim.
	queueWait = 45 * time.Second
	// runTimeout ends a run that hangs, before another server claims its row.
	runTimeout = 12 * time.Second
	// shutdownGrace is how long runs may go on after the server is stopped.
	shutdownGrace = 10 * time.Second

	// A busy job claims when half of its claims are free; it waits at most batchWait for that.
	batchWait = 10 * time.Millisecond
	// minPause separates the claims of one job on a server that is woken all the time. It doubles up
	// to minPoll while nothing is found.
	minPause = 20 * time.Millisecond
	// The poll interval is minPoll after a row was run and doubles up to maxPoll.
	minPoll = 200 * time.Millisecond
	maxPoll = time.Second
)

// Job is one kind of deadline or intent.
type Job struct {
	// Name is for the log.
	Name string
	// Local is true of a job whose Run calls no other system and so is short: more of its rows run
	// at once, and more are claimed ahead. Rows may wait for a worker, so its claims last a minute.
	Local bool
	// Claim claims up to limit rows that are due and returns their ids. Claims last 15 s of real time
	// at the least; what another server has claimed is left out.
	Claim func(ctx context.Context, limit int) ([]globalid.ID, error)
	// Run handles one claimed row and stores on it what comes next. An error means that it could
	// not; it is logged and must not hold personal data.
	Run func(ctx context.Context, id globalid.ID) error
}

// Runner runs jobs. Its methods may be called by any goroutine.
type Runner struct {
	db     *store.DB
	log    *slog.Logger
	queues []*queue
	wake   store.Notifier

	mu         sync.Mutex
	inProgress int           // claims, and claimed rows that have not run to their end
	ran        uint64        // rows run since the start
	idle       chan struct{} // closed when inProgress becomes 0; nil without a waiter
}

// queue is one job with two semaphores: for its claimed rows and for those of them that run.
type queue struct {
	job     Job
	claims  chan struct{}
	workers chan struct{}
}

func newQueue(job Job) *queue {
	if job.Local {
		return &queue{job, make(chan struct{}, localClaims), make(chan struct{}, localWorkers)}
	}
	return &queue{job, make(chan struct{}, workers), make(chan struct{}, workers)}
}

// New returns a runner of jobs over a database. It does nothing before Run or Drain.
func New(db *store.DB, log *slog.Logger, jobs ...Job) *Runner {
	r := &Runner{db: db, log: log}
	for _, job := range jobs {
		r.queues = append(r.queues, newQueue(job))
	}
	return r
}

// Wake makes Run claim due rows now, after something became due without an event.
func (r *Runner) Wake() { r.wake.Notify() }

// Run runs what becomes due until ctx ends. It returns when its last run has ended; runs that still
// go on 10 s after the end of ctx are cancelled.
func (r *Runner) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var loops, runs sync.WaitGroup
	for _, q := range r.queues {
		loops.Go(func() { r.loop(ctx, work, q, &runs) })
	}
	loops.Wait()
	grace := time.AfterFunc(shutdownGrace, cancel)
	defer grace.Stop()
	runs.Wait()
}

// loop claims and starts the rows of one queue as they become due.
func (r *Runner) loop(ctx, work context.Context, q *queue, runs *sync.WaitGroup) {
	committed, stopCommitted := r.db.Commits.Subscribe()
	defer stopCommitted()
	woken, stopWoken := r.wake.Subscribe()
	defer stopWoken()
	poll, pause := minPoll, minPause
	for {
		free := q.acquire(ctx)
		if free == 0 {
			return
		}
		n := r.start(work, q, free, runs)
		if n > 0 {
			poll, pause = minPoll, minPause
		}
		if n == free {
			continue // perhaps there are more
		}
		if !sleep(ctx, pause) {
			return
		}
		pause = min(2*pause, minPoll)
		select {
		case <-ctx.Done():
			return
		case <-committed:
		case <-woken:
		case <-time.After(poll/2 + rand.N(poll/2)): // so that servers do not poll in step
			poll = min(2*poll, maxPoll)
		}
	}
}

// acquire waits until a row may be claimed, up to batchWait for half of the queue's claims, and
// returns how many rows may be; 0 when ctx has ended.
func (q *queue) acquire(ctx context.Context) int {
	if ctx.Err() != nil {
		return 0
	}
	select {
	case q.claims <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	n := 1
	for timeout := time.After(batchWait); n < cap(q.claims)/2; n++ {
		select {
		case q.claims <- struct{}{}:
			continue
		case <-timeout:
		}
		break
	}
	for ; ; n++ {
		select {
		case q.claims <- struct{}{}:
		default:
			return n
		}
	}
}

// start claims up to free rows, starts them and releases the claims that are not needed.
func (r *Runner) start(work context.Context, q *queue, free int, runs *sync.WaitGroup) int {
	r.begin(1)
	defer r.end(0)
	ids, err := claim(work, q.job, free)
	if err != nil {
		r.log.ErrorContext(work, "due rows cannot be claimed", "job", q.job.Name, "error", err)
	}
	claimed := time.Now()
	r.begin(len(ids))
	for _, id := range ids {
		runs.Go(func() {
			r.runQueued(work, q, id, claimed)
			<-q.claims
			r.end(1)
			r.Wake() // a run may have made another row due
		})
	}
	for range free - len(ids) {
		<-q.claims
	}
	return len(ids)
}

// sleep reports whether it has slept for d; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
