package due

import (
	"context"
	"fmt"
	"runtime/debug"

	"orderflow/internal/globalid"
)

// claim asks a job for due rows. A panic becomes an error.
func claim(ctx context.Context, job Job, limit int) (ids []globalid.ID, err error) {
	defer contain(&err)
	return job.Claim(ctx, limit)
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
