package due

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"orderflow/internal/globalid"
)

// claim asks a job for due rows. A panic becomes an error.
func claim(ctx context.Context, job Job, limit int) (ids []globalid.ID, err error) {
	defer contain(&err)
	return job.Claim(ctx, limit)
}

// inTurn runs a claimed row as soon as its lane has a place, unless that took too long.
func (r *Runner) inTurn(ctx context.Context, l *lane, id globalid.ID, claimed time.Time) {
	l.places <- struct{}{}
	defer func() { <-l.places }()
	if time.Since(claimed) < turn {
		r.run(ctx, l.job, id)
	}
}

// run does one row and logs what goes wrong; the row's claim then runs out.
func (r *Runner) run(ctx context.Context, job Job, id globalid.ID) {
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	err := func() (err error) {
		defer contain(&err)
		return job.Run(ctx, id)
	}()
	if err != nil {
		r.log.ErrorContext(ctx, "due row failed; it is tried again when its claim has run out",
			"job", job.Name, "id", id.String(), "error", err)
	}
}

func contain(err *error) {
	if value := recover(); value != nil {
		*err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
	}
}
