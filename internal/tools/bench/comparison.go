package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Comparison measures a server beside a plain program that does the same work with SQL alone, in
// alternating rounds. All fields but Progress are required.
type Comparison struct {
	Database     string        // sqlite:PATH or mysql:DSN, for scratch databases
	Binary       string        // path of the program, to be started as a server
	ErrorLog     io.Writer     // receives the error log of the server
	Skus         int           // at least 2
	Clients      []int         // concurrent clients; each number is measured by itself
	Orders       int           // existing before List, Mix and each run of Refund
	Rounds       int           // of which the medians are reported
	SideDuration time.Duration // of each side of a round
	// Progress is called with the progress of a step; it may be nil.
	Progress func(step string, done, all int)
}

// workload is one kind of work for both sides. Piece i of a round is the same on both.
type workload struct {
	name       string
	api, plain func(ctx context.Context, seed, i uint64) error
	// kind, unless nil, names the kind of a piece: each has times of its own.
	kind func(i uint64) string
	// prepare, unless nil, makes the input of the next run of a side and returns the number of pieces
	// it suffices for.
	prepare func(ctx context.Context, api bool) (pieces int, err error)
}

// Place measures placing and paying an order of two skus from two shops.
func (c *Comparison) Place(ctx context.Context) (r *Report, err error) {
	e, err := c.open(ctx, shopCount)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.close(ctx)) }()
	if err := e.serve(ctx); err != nil {
		return nil, err
	}
	place := func(name string, choose func(n int, seed, i uint64) basket) workload {
		return workload{
			name: name,
			api: func(ctx context.Context, seed, i uint64) error {
				return e.client.buy(ctx, choose(c.Skus, seed, i))
			},
			plain: func(ctx context.Context, seed, i uint64) error {
				return e.plain.buy(ctx, choose(c.Skus, seed, i))
			},
		}
	}
	r, err = e.measure(ctx, "place", []workload{
		place(fmt.Sprintf("%d skus", c.Skus), randomBasket), place("one hot sku", hotBasket),
	})
	if err != nil {
		return nil, err
	}
	api, plain := r.pieces()
	return r, e.check(ctx, api, plain, 0)
}

func (c *Comparison) progress(step string, done, all int) {
	if c.Progress != nil {
		c.Progress(step, done, all)
	}
}
