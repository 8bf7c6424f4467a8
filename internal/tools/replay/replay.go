package replay

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Options are the settings of a replay.
type Options struct {
	// URL is the server's public address.
	URL string
	// CourierURL is the address of the sandbox courier; empty: inside the server.
	CourierURL string
	// Workers is the number of invoices that are processed concurrently.
	Workers int
	// Patience is how long requests to an unavailable server are retried; then Run returns
	// ErrUnavailable.
	Patience time.Duration
	// Progress is called with the progress of a step, by one goroutine at a time; it may be nil.
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
	done            map[string]int // by step
	awaitingCourier []*request     // requests for the next hour
}

// order is an invoice and the order that it became.
type order struct {
	*invoice
	id         string // of the order
	status     string // when it was last read
	shipsLater bool   // after the cancellations of its hour
}

// Run executes a plan and returns the summary when it is complete; Summary.OK reports whether all
// is well. After any error, such as ErrUnavailable or a cancelled ctx, it may be called again with
// the same plan and server, and continues.
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
	for _, step := range []func(context.Context) error{
		r.startClock, r.makeCatalogue, r.replayHours, r.passDeadlines,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r.summary(ctx)
}

// replayHours moves the clock from hour to hour. Of each hour it first does the cancellations of
// goods in transit; then, concurrently, the deliveries of the hour before and the purchases of this
// hour; then the other cancellations, and the shipments of what they left.
func (r *replay) replayHours(ctx context.Context) error {
	var onTheWay []*order
	for step, hour := range r.plan.hours {
		if err := r.moveTo(ctx, hour.at); err != nil {
			return err
		}
		jobs := append(r.deliveries(onTheWay), r.courierJobs()...)
		first, others := r.cancellations(hour, step)
		for _, queue := range queues(hour.invoices, (*invoice).customerID) {
			orders := make([]*order, len(queue))
			for i, inv := range queue {
				orders[i] = &order{invoice: inv}
				r.orderOf[inv] = orders[i]
			}
			r.orders = append(r.orders, orders...)
			jobs = append(jobs, func(ctx context.Context) error { return r.buyAll(ctx, orders) })
		}
		onTheWay = r.orders[len(r.orders)-len(hour.invoices):]
		for _, batch := range [][]job{first, jobs, others, r.remainders(onTheWay)} {
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

// passIdleHours moves the clock hour by hour as long as requests wait for couriers.
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

// buyAll buys the invoices of one customer one after the other.
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

// progress reports that one more piece of a step is done.
func (r *replay) progress(step string, all int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[step]++
	r.opts.Progress(step, r.done[step], all)
}

// job is a task that runs concurrently with others.
type job = func(ctx context.Context) error

// runParallel runs jobs with the configured number of workers. The first error ends them all.
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
