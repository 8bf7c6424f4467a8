package replay

import (
	"context"
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
	plan    *Plan
	opts    Options
	client  *client
	timings *timings

	shops, warehouses []string        // ids
	skus              map[*sku]string // ids
	orders            []*order        // of the plan's invoices, in their order
	orderOf           map[*invoice]*order

	mu              sync.Mutex
	done            map[string]int // of each step, what is done
	awaitingCourier []*request     // that wait for a courier
}

// trade is an invoice on its way.
type order struct {
	*invoice
	id         string // its id
	status     string // when it was last seen
	shipsLater bool   // until what is cancelled in its hour is known, and is shipped then
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
		plan: plan, opts: o, client: newClient(o.URL, o.Workers, o.Patience), timings: newTimings(),
		skus: map[*sku]string{}, orderOf: map[*invoice]*order{}, done: map[string]int{},
	}
	defer r.client.close()
	for _, step := range []func(context.Context) error{r.startClock, r.makeCatalogue, r.replayHours, r.passDeadlines} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r.summary(ctx)
}

// trade moves the clock from hour to hour and does what happens in each. Whose goods are on their
// way cancels first. Then, side by side, couriers deliver what they were given before, and the
// customers of the hour buy; after that the other cancellations, and what they left is shipped.
func (r *replay) replayHours(ctx context.Context) error {
	var onTheWay []*order
	for step, hour := range r.plan.hours {
		if err := r.moveTo(ctx, hour.at); err != nil {
			return err
		}
		jobs := append(r.deliveries(onTheWay), r.courierJobs()...)
		early, others := r.cancellations(hour, step)
		for _, queue := range queues(hour.invoices, (*invoice).customerID) {
			mine := make([]*order, len(queue))
			for i, of := range queue {
				mine[i] = &order{invoice: of}
				r.orderOf[of] = mine[i]
			}
			r.orders = append(r.orders, mine...)
			jobs = append(jobs, func(ctx context.Context) error { return r.buyAll(ctx, mine) })
		}
		onTheWay = r.orders[len(r.orders)-len(hour.invoices):]
		for _, batch := range [][]job{early, jobs, others, r.remainders(onTheWay)} {
			if err := r.runParallel(ctx, batch); err != nil {
				return err
			}
		}
		if step+1 < len(r.plan.hours) {
			if err := r.passIdleHours(ctx, hour.at, r.plan.hours[step+1].at); err != nil {
				return err
			}
		}
	}
	last := r.plan.hours[len(r.plan.hours)-1].at.Add(time.Hour)
	if err := r.moveTo(ctx, last); err != nil {
		return err
	}
	if err := r.runParallel(ctx, append(r.deliveries(onTheWay), r.courierJobs()...)); err != nil {
		return err
	}
	return r.passIdleHours(ctx, last, last.Add(returnWindow))
}

// quiet lets hours pass in which nobody buys or cancels, as long as requests wait for couriers.
func (r *replay) passIdleHours(ctx context.Context, from, to time.Time) error {
	for len(r.awaitingCourier) > 0 {
		if from = from.Add(time.Hour); !from.Before(to) {
			return nil
		}
		if err := r.moveTo(ctx, from); err != nil {
			return err
		}
		if err := r.runParallel(ctx, r.courierJobs()); err != nil {
			return err
		}
	}
	return nil
}

// shop buys the invoices of one customer, one after the other.
func (r *replay) buyAll(ctx context.Context, queue []*order) error {
	for _, o := range queue {
		if err := r.buy(ctx, o); err != nil {
			return fmt.Errorf("invoice %s: %w", o.number, err)
		}
		r.progress("orders", len(r.plan.invoices))
	}
	return nil
}

func (r *replay) deliveries(orders []*order) (jobs []job) {
	for _, o := range orders {
		jobs = append(jobs, func(ctx context.Context) error {
			if err := r.deliver(ctx, o); err != nil {
				return fmt.Errorf("invoice %s: %w", o.number, err)
			}
			return nil
		})
	}
	return jobs
}

// advance tells that one more of a step is done.
func (r *replay) progress(step string, all int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[step]++
	r.opts.Progress(step, r.done[step], all)
}

// job is something that is done beside others.
type job = func(ctx context.Context) error

// sideBySide does jobs with as many workers as there are to be. The first error ends them all.
func (r *replay) runParallel(ctx context.Context, jobs []job) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan job)
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
