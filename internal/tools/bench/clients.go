package bench

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// timed is how long a piece took.
type timed struct {
	piece int
	took  time.Duration
}

// runClients runs do by concurrent clients, with consecutive numbers, as long as more returns true,
// and returns the times of all calls. The first error ends all.
func runClients(
	ctx context.Context, clients int, more func(i int) bool,
	do func(ctx context.Context, i int) error,
) ([]timed, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var running sync.WaitGroup
	took := make([][]timed, clients)
	for c := range clients {
		running.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if !more(i) {
					return
				}
				begin := time.Now()
				if err := do(ctx, i); err != nil {
					cancel(err)
					return
				}
				took[c] = append(took[c], timed{i, time.Since(begin)})
			}
		})
	}
	running.Wait()
	return slices.Concat(took...), context.Cause(ctx)
}
