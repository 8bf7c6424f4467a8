package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Options says where a replay runs and how.
type Options struct {
	// URL is the server's public address.
	URL string
	// CourierURL is where the sandbox courier answers; empty: inside the server.
	CourierURL string
	// Workers is how many invoices are under way at once.
	Workers int
	// Patience is how long a server that does not answer is asked again; then Run ends with ErrGone.
	Patience time.Duration
	// Progress hears how far a step is; nil is for nobody. It is not called by two at once.
	Progress func(step string, done, all int)
}

// replay is one run of a plan.
type replay struct {
	plan   *Plan
	opts   Options
	client *client
	lap    *laps

	shops, warehouses []string        // ids
	skus              map[*sku]string // ids
	trades            []*trade        // of the plan's invoices, in their order

	mu   sync.Mutex
	done int // invoices that are on their way
}

// trade is an invoice on its way.
type trade struct {
	*invoice
	order  string // its id
	status string // when it was last seen
}

// Run carries a plan out and tells what became of it. It may be called again with the same plan and
// server, after ErrGone, a cancelled ctx or anything else, and goes on. The summary is told only of
// a replay that came to its end; whether all is well then is for Summary.OK to say.
func Run(ctx context.Context, plan *Plan, o Options) (*Summary, error) {
	if o.CourierURL == "" {
		o.CourierURL = o.URL + "/sandbox/courier"
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	r := &replay{
		plan: plan, opts: o, client: newClient(o.URL, o.Workers, o.Patience), lap: newLaps(),
		skus: map[*sku]string{},
	}
	defer r.client.close()
	for _, step := range []func(context.Context) error{r.begin, r.stock, r.trade, r.end} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r.summary(ctx)
}

// trade moves the clock from hour to hour and does what happens in each, side by side: what was
// handed over before is delivered, and the customers of the hour buy.
func (r *replay) trade(ctx context.Context) error {
	var afloat []*trade
	for _, hour := range hours(r.plan.invoices) {
		if err := r.moveTo(ctx, hour.at); err != nil {
			return err
		}
		jobs := r.deliveries(afloat)
		bought := make([]*trade, 0, len(hour.invoices))
		for _, queue := range queues(hour.invoices) {
			mine := make([]*trade, len(queue))
			for i, of := range queue {
				mine[i] = &trade{invoice: of}
			}
			bought = append(bought, mine...)
			jobs = append(jobs, func(ctx context.Context) error { return r.shop(ctx, mine) })
		}
		if err := r.sideBySide(ctx, jobs); err != nil {
			return err
		}
		afloat = bought
		r.trades = append(r.trades, bought...)
	}
	if len(r.trades) == 0 {
		return errors.New("the file has no invoice to replay")
	}
	last := r.trades[len(r.trades)-1].at
	if err := r.moveTo(ctx, last.Truncate(time.Hour).Add(time.Hour)); err != nil {
		return err
	}
	return r.sideBySide(ctx, r.deliveries(afloat))
}

// shop buys the invoices of one customer, one after the other.
func (r *replay) shop(ctx context.Context, queue []*trade) error {
	for _, t := range queue {
		if err := r.buy(ctx, t); err != nil {
			return fmt.Errorf("invoice %s: %w", t.number, err)
		}
		r.advance("orders", len(r.plan.invoices))
	}
	return nil
}

func (r *replay) deliveries(afloat []*trade) (jobs []func(context.Context) error) {
	for _, t := range afloat {
		jobs = append(jobs, func(ctx context.Context) error {
			if err := r.deliver(ctx, t); err != nil {
				return fmt.Errorf("invoice %s: %w", t.number, err)
			}
			return nil
		})
	}
	return jobs
}

// advance tells that one more of a step is done.
func (r *replay) advance(step string, all int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.opts.Progress(step, r.done, all)
}

// sideBySide does jobs with as many workers as there are to be. The first error ends them all.
func (r *replay) sideBySide(ctx context.Context, jobs []func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan func(context.Context) error)
	var workers sync.WaitGroup
	for range min(r.opts.Workers, len(jobs)) {
		workers.Go(func() {
			for job := range queue {
				if err := job(ctx); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, job := range jobs {
		if ctx.Err() != nil {
			break
		}
		queue <- job
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}
