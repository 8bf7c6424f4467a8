package due

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
	// places is how many rows of one job run at once.
	places = 8
	// localPlaces is the same for jobs that ask nobody outside, whose rows only wait for the disk.
	localPlaces = 16
	// ahead is how many rows of such a job are claimed at once, the running ones included: a claim
	// costs about what a row does.
	ahead = 8 * localPlaces
	// turn is how long a claimed row may wait for its place; after that it is left to whoever takes
	// it over.
	turn = 45 * time.Second
	// runLimit ends a run that hangs, before another server takes its row over.
	runLimit = 12 * time.Second
	// patience is what runs get to end when the server stops.
	patience = 10 * time.Second

	// A busy job claims when half of what it may hold is free; it waits no longer than a moment for
	// that.
	moment = 10 * time.Millisecond
	// gap keeps a server whose bell never rests from asking the database without pause. It grows up
	// to soon while nothing is found.
	gap = 20 * time.Millisecond
	// After a row was run the next look comes soon, then ever later.
	soon = 200 * time.Millisecond
	late = time.Second
)

// Job is one kind of deadline or intent.
type Job struct {
	// Name is for the log.
	Name string
	// Local is true of a job whose Run asks nobody outside and so is short: more of its rows run at
	// once, and more are claimed ahead. Its rows may wait for their turn, so claims last a minute.
	Local bool
	// Claim claims up to limit rows that are due and returns their ids. Claims last 15 s of real time
	// at the least; what another server has claimed is left out.
	Claim func(ctx context.Context, limit int) ([]globalid.ID, error)
	// Run does what is due with one claimed row. It stores on the row what comes next; an error
	// means that it could not, and is logged. It must not hold personal data.
	Run func(ctx context.Context, id globalid.ID) error
}

// Runner runs jobs. Its methods may be called by any goroutine.
type Runner struct {
	db    *store.DB
	log   *slog.Logger
	lanes []*lane
	bell  store.Bell

	mu   sync.Mutex
	busy int           // claims under way and rows not yet done
	ran  uint64        // rows done since the start
	idle chan struct{} // closed when busy becomes 0; nil while nobody waits
}

// lane is one job with the rows that it may hold and those of them that may run.
type lane struct {
	job    Job
	held   chan struct{}
	places chan struct{}
}

func newLane(job Job) *lane {
	if job.Local {
		return &lane{job, make(chan struct{}, ahead), make(chan struct{}, localPlaces)}
	}
	return &lane{job, make(chan struct{}, places), make(chan struct{}, places)}
}

// New returns a runner of jobs over a database. It does nothing before Run or Drain.
func New(db *store.DB, log *slog.Logger, jobs ...Job) *Runner {
	r := &Runner{db: db, log: log}
	for _, job := range jobs {
		r.lanes = append(r.lanes, newLane(job))
	}
	return r
}

// Wake makes Run look for due rows now, after something became due without an event.
func (r *Runner) Wake() { r.bell.Ring() }

// Run runs what becomes due until ctx ends. It returns when its last row is done; rows that are
// still running 10 s after that end are cancelled.
func (r *Runner) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var loops, rows sync.WaitGroup
	for _, l := range r.lanes {
		loops.Go(func() { r.follow(ctx, work, l, &rows) })
	}
	loops.Wait()
	impatient := time.AfterFunc(patience, cancel)
	defer impatient.Stop()
	rows.Wait()
}

// follow runs the rows of one lane as they become due.
func (r *Runner) follow(ctx, work context.Context, l *lane, rows *sync.WaitGroup) {
	committed, forget := r.db.Bell.Listen()
	defer forget()
	woken, leave := r.bell.Listen()
	defer leave()
	wait, rest := soon, gap
	for {
		free := l.take(ctx)
		if free == 0 {
			return
		}
		n := r.start(work, l, free, rows)
		if n > 0 {
			wait, rest = soon, gap
		}
		if n == free {
			continue // perhaps there are more
		}
		if !pause(ctx, rest) {
			return
		}
		rest = min(2*rest, soon)
		select {
		case <-ctx.Done():
			return
		case <-committed:
		case <-woken:
		case <-time.After(wait/2 + rand.N(wait/2)): // servers started together drift apart
			wait = min(2*wait, late)
		}
	}
}

// take waits until a row may be claimed, a moment for half of what the lane may hold, and tells how
// many may be; 0 when ctx has ended.
func (l *lane) take(ctx context.Context) int {
	if ctx.Err() != nil {
		return 0
	}
	select {
	case l.held <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	n := 1
	for over := time.After(moment); n < cap(l.held)/2; n++ {
		select {
		case l.held <- struct{}{}:
			continue
		case <-over:
		}
		break
	}
	for ; ; n++ {
		select {
		case l.held <- struct{}{}:
		default:
			return n
		}
	}
}

// start claims up to free rows, starts them and gives back the places that nothing needs.
func (r *Runner) start(work context.Context, l *lane, free int, rows *sync.WaitGroup) int {
	r.begin(1)
	defer r.end(0)
	ids, err := claim(work, l.job, free)
	if err != nil {
		r.log.ErrorContext(work, "due rows cannot be claimed", "job", l.job.Name, "error", err)
	}
	claimed := time.Now()
	r.begin(len(ids))
	for _, id := range ids {
		rows.Go(func() {
			r.inTurn(work, l, id, claimed)
			<-l.held
			r.end(1)
			r.Wake() // what one row did may have made another due
		})
	}
	for range free - len(ids) {
		<-l.held
	}
	return len(ids)
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
