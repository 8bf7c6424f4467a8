package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/bill"
	"orderflow/internal/checkout"
	"orderflow/internal/config"
	"orderflow/internal/event"
	"orderflow/internal/health"
	"orderflow/internal/jobs"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/sandbox"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shortage"
	"orderflow/internal/store"
	"orderflow/internal/tools/seed"
	"orderflow/internal/transfer"
)

const (
	// closeLimit bounds Close after the drain.
	closeLimit = 10 * time.Second
	// patience bounds each wait of a server for an answer of its database.
	patience = 10 * time.Second
	// laneLimit is for how long a lane may fail or hang until the server counts as not ready.
	laneLimit = 15 * time.Second
)

// App is one server: what the command serve runs, and what tests run in their own process.
//
//	a := &App{Config: cfg, Log: log, Out: os.Stdout}
//	err := a.Start(ctx)
//	… a.URL() …
//	err = a.Close()
type App struct {
	Config config.Config
	Log    *slog.Logger
	Out    io.Writer // receives the progress of seeding

	db        *store.DB
	counters  *store.Counters // nil: nothing is counted
	keys      *seal.Keyring
	blind     *seal.Blind
	issuer    *auth.Issuer // nil: this server makes no tokens
	checkout  *checkout.Checkout
	orders    *order.Orders
	payments  *payment.Payments
	couriers  []courier.Port
	shipments *shipment.Shipments
	requests  *aftersale.AfterSales
	shortages *shortage.Shortages
	bills     *bill.Bills
	transfers *transfer.Transfers
	runner    *jobs.Runner
	feed      *event.Feed
	public    *listener
	private   *listener

	paymentPeer *sandbox.Peer // of the sandbox channel; nil: it is elsewhere, or there is none
	courierPeer *sandbox.Peer // likewise of the sandbox courier

	patience  time.Duration // zero: as above; likewise laneLimit
	laneLimit time.Duration
	sleep     func(time.Duration) // for the drain; nil: time.Sleep
	lanes     *health.Lanes
	peers     *health.Lanes // the calls of channels: their outages do not make this server not ready
	writes    *health.Lane  // the check whether the database takes writes
	readiness readiness

	stop     sync.Once
	draining chan struct{} // closed first: /readyz fails
	stopping chan struct{} // closed then: sockets end
	failed   chan error    // the error of a listener
	closers  []func(ctx context.Context) error
}

// Start starts the server: when it returns without an error, it serves. ctx bounds the start only;
// Close ends the server. After an error nothing is left open.
func (a *App) Start(ctx context.Context) error {
	a.draining, a.stopping = make(chan struct{}), make(chan struct{})
	a.failed = make(chan error, 2)
	a.lanes = health.New(a.Log, time.Now, cmp.Or(a.laneLimit, laneLimit))
	a.peers = health.New(a.Log, time.Now, cmp.Or(a.laneLimit, laneLimit))
	a.writes = a.lanes.Lane("writes to the database")
	for _, step := range []func(ctx context.Context) error{
		a.readKeys, a.listen, a.openDatabase, a.checkFit, a.seed, a.wire, a.startSequencer, a.serve,
		a.startRunner, a.watchLanes,
	} {
		if err := step(ctx); err != nil {
			return errors.Join(err, a.Close())
		}
	}
	return nil
}

// URL is where the server answers, without a slash at its end.
func (a *App) URL() string { return a.public.url }

// AdminURL is where the private listener answers.
func (a *App) AdminURL() string { return a.private.url }

// Wait returns when ctx ends, or with an error when the server has failed.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failed:
		return err
	}
}

// Close stops the server: it says so to load balancers for the time of the setting drain, then
// disconnects sockets, finishes running jobs and requests, and closes everything, within 10 s.
func (a *App) Close() error {
	a.stop.Do(func() {
		close(a.draining)
		if a.sleep == nil {
			a.sleep = time.Sleep
		}
		a.sleep(a.Config.Drain)
		close(a.stopping)
	})
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	var problems []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		problems = append(problems, a.closers[i](ctx))
	}
	a.closers = nil
	return errors.Join(problems...)
}

// onClose registers a step of Close. The steps run in reverse order.
func (a *App) onClose(do func(ctx context.Context) error) { a.closers = append(a.closers, do) }

// background runs f until Close, which waits for it.
func (a *App) background(name string, f func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(ctx)
	}()
	a.onClose(func(ctx context.Context) error {
		cancel()
		select {
		case <-done:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("%s did not end in time", name)
		}
	})
}

func (a *App) openDatabase(ctx context.Context) error {
	if a.Config.CountStatements {
		a.counters = &store.Counters{}
	}
	db, err := openForServer(ctx, a.Config, store.Options{
		Counters: a.counters, Patience: cmp.Or(a.patience, patience), Log: a.Log})
	if err != nil {
		return err
	}
	a.db = db
	a.onClose(func(context.Context) error { return db.Close() })
	return nil
}

func (a *App) readKeys(context.Context) (err error) {
	if a.keys, err = seal.ParseKeyring(a.Config.SealKeys); err != nil {
		return err
	}
	if a.blind, err = seal.ParseBlind(a.Config.BlindKey); err != nil {
		return err
	}
	if a.Config.DevelopmentTokens() {
		a.issuer, err = auth.NewIssuer(authOptions(a.Config))
	}
	return err
}

func (a *App) seed(ctx context.Context) error {
	if !a.Config.Demo {
		return nil
	}
	return seed.Demo(ctx, a.db, a.keys, a.Out)
}

// startSequencer starts the sequencer, which assigns events their position in the feed.
func (a *App) startSequencer(context.Context) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	const longest = 30 // of a host's name; below the limit of the sequencer
	holder := fmt.Sprintf("%.*s/%d", longest, host, os.Getpid())
	a.feed = event.NewFeed(a.db)
	a.feed.Watch(a.lanes.Lane("the feed's poll"))
	sequencer := event.NewSequencer(a.db, a.feed,
		event.SequencerOptions{Holder: holder, Log: a.Log, Lane: a.lanes.Lane("the sequencer")})
	a.background("the sequencer", sequencer.Run)
	return nil
}

// startRunner starts the runner of deadlines and intents. It starts last and so stops first: a
// running job finishes while the sandbox channel is still there.
func (a *App) startRunner(context.Context) error {
	a.runner.Watch(a.lanes)
	a.background("the runner", a.runner.Run)
	return nil
}

// watchLanes has lanes that do not go on logged.
func (a *App) watchLanes(context.Context) error {
	a.background("the watch", a.lanes.Watch)
	return nil
}
