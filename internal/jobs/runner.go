package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"orderflow/internal/globalid"
	"orderflow/internal/health"
	"orderflow/internal/store"
)

const (
	// workers is how many rows of one job run at once.
	workers = 8
	// localWorkers is the same for jobs that call no other system, whose rows only wait for the disk:
	// enough for several batches of a queue.
	localWorkers = 64
	// localClaims is how many rows of such a job are claimed at once, the running ones included: a
	// claim costs about as much as a run.
	localClaims = 8 * localWorkers
	// queueWait is how long a claimed row may wait for a worker; after that it is left to the next
	// claim.
	queueWait = 45 * time.Second
	// runTimeout ends a run that hangs, before another server claims its row.
	runTimeout = 12 * time.Second
	// queryTimeout bounds a poll, and a claim.
	queryTimeout = 5 * time.Second
	// claimAgain is when a claim that failed is tried again.
	claimAgain = time.Second
	// shutdownGrace is how long runs may go on after the server is stopped.
	shutdownGrace = 10 * time.Second

	// minPause separates the queries of one job on a server that is woken all the time. It doubles up
	// to maxPause while they find nothing.
	minPause = 20 * time.Millisecond
	maxPause = 200 * time.Millisecond
	// Between two polls the runner rests for minRest after one that found due rows, and longer after
	// each that did not, up to maxRest; with a simulated clock up to maxSimulatedRest, because another
	// server may move it.
	minRest          = 200 * time.Millisecond
	maxRest          = 3 * time.Second
	maxSimulatedRest = time.Second
	// horizon is how far ahead of time rows are seen; longer than a rest.
	horizon = 5 * time.Second
)

// Job is one kind of deadline or intent.
type Job struct {
	// Name is for the log.
	Name string
	// Local is true of a job whose Run calls no other system and so is short: more of its rows run
	// at once, and more are claimed ahead. Rows may wait for a worker, so its claims last a minute.
	Local bool
	// Due describes the rows. Claims last 15 s of real time at the least.
	Due store.Due
	// Run handles one claimed row and stores on it what comes next. An error means that it could
	// not; it is logged and must not hold personal data.
	Run func(ctx context.Context, id globalid.ID) error
}

// Runner runs jobs. Its methods may be called by any goroutine.
type Runner struct {
	db     *store.DB
	log    *slog.Logger
	queues []*queue
	polls  *health.Lane // nil: it is not watched

	mu         sync.Mutex
	inProgress int           // claims, and claimed rows that have not run to their end
	ran        uint64        // rows run since the start
	idle       chan struct{} // closed when inProgress becomes 0; nil without a waiter
}

// New returns a runner of jobs over a database. It does nothing before Run or Drain.
func New(db *store.DB, log *slog.Logger, jobs ...Job) *Runner {
	r := &Runner{db: db, log: log}
	for _, job := range jobs {
		r.queues = append(r.queues, newQueue(job))
	}
	return r
}

// Watch has the poll and the claims of each job watched as lanes, which log their errors. It is
// called before Run.
func (r *Runner) Watch(lanes *health.Lanes) {
	r.polls = lanes.Lane("poll for due rows")
	for _, q := range r.queues {
		q.lane = lanes.Lane("claims of " + q.job.Name)
	}
}

// Run runs what becomes due until ctx ends. It returns when its last run has ended; runs that still
// go on 10 s after the end of ctx are cancelled.
func (r *Runner) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var loops, runs sync.WaitGroup
	for _, q := range r.queues {
		stop := r.db.OnDue(q.job.Due, func(at time.Time) { r.plan(q, at) })
		defer stop()
		loops.Go(func() { r.loop(ctx, work, q, &runs) })
	}
	loops.Go(func() { r.poll(ctx) })
	loops.Wait()
	grace := time.AfterFunc(shutdownGrace, cancel)
	defer grace.Stop()
	runs.Wait()
}

// plan has a job query at a time, unless it does so earlier.
func (r *Runner) plan(q *queue, at time.Time) { q.alarm.set(at, at.Sub(r.db.RealNow())) }

// poll finds what this process did not write by a commit of tracked rows: what other servers and
// plain statements wrote, rows whose claim has expired, and all that is there at the start. It is
// one statement for all jobs that are at rest.
func (r *Runner) poll(ctx context.Context) {
	rest := store.Rest{Min: minRest, Max: maxRest}
	if r.db.Simulated() {
		rest.Max = maxSimulatedRest
	}
	for {
		var some bool
		_ = r.polls.Round(ctx, func(ctx context.Context) (err error) { // which logs errors
			some, err = r.pollOnce(ctx)
			return err
		})
		if some {
			rest.Reset()
		}
		if !sleep(ctx, rest.Next()) {
			return
		}
	}
}

// pollOnce reports whether rows are due now.
func (r *Runner) pollOnce(ctx context.Context) (some bool, err error) {
	var resting []*queue
	var dues []store.Due
	for _, q := range r.queues {
		if !q.busy.Load() {
			resting, dues = append(resting, q), append(dues, q.job.Due)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	times, err := r.db.NextDue(ctx, horizon, dues...)
	now := r.db.RealNow()
	for i, at := range times {
		if !at.IsZero() {
			r.plan(resting[i], at)
			some = some || !at.After(now)
		}
	}
	return some, err
}

// loop claims and starts the rows of one queue whenever its alarm rings.
func (r *Runner) loop(ctx, work context.Context, q *queue, runs *sync.WaitGroup) {
	defer q.alarm.stop()
	for pause := minPause; ; {
		q.busy.Store(false)
		select {
		case <-ctx.Done():
			return
		case <-q.alarm.rung:
		}
		q.busy.Store(true)
		for some := true; some; {
			free := q.acquire(ctx)
			if free == 0 {
				return
			}
			n := r.start(work, q, free, runs)
			if some = n > 0; some {
				pause = minPause
			}
			if n < free && !sleep(ctx, pause) {
				return
			}
		}
		pause = min(2*pause, maxPause)
	}
}

// start claims up to free rows, starts them and releases the claims that are not needed.
func (r *Runner) start(work context.Context, q *queue, free int, runs *sync.WaitGroup) int {
	r.begin(1)
	defer r.end(0)
	var ids []globalid.ID
	err := q.lane.Round(work, func(ctx context.Context) (err error) { // which logs errors
		ids, err = r.claim(ctx, q, free)
		return err
	})
	if err != nil {
		r.plan(q, r.db.RealNow().Add(claimAgain))
	}
	claimed := time.Now()
	r.begin(len(ids))
	for _, id := range ids {
		runs.Go(func() {
			r.runQueued(work, q, id, claimed)
			<-q.claims
			r.end(1)
		})
	}
	for range free - len(ids) {
		<-q.claims
	}
	return len(ids)
}

// claim claims rows, if some are due; if not it plans when to query again.
func (r *Runner) claim(ctx context.Context, q *queue, limit int) ([]globalid.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	times, err := r.db.NextDue(ctx, horizon, q.job.Due)
	if err != nil || times[0].IsZero() {
		return nil, err
	}
	if times[0].After(r.db.RealNow()) {
		r.plan(q, times[0])
		return nil, nil
	}
	return r.db.Take(ctx, q.job.Due, limit)
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
