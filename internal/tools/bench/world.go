package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"orderflow/ent/event"
	"orderflow/ent/order"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

// world is all that a comparison makes and ends.
type world struct {
	*Comparison
	*scratch
	server  *Server
	calls   *api
	program *plain

	closeChannel func() error
}

// open makes the databases with the goods of both sides.
func (c *Comparison) open(ctx context.Context) (w *world, err error) {
	w = &world{Comparison: c, calls: &api{http: newHTTP(slices.Max(c.Clients))}}
	if w.scratch, err = newScratch(ctx, c.Database); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close(ctx))
		}
	}()
	if w.calls.skus, err = w.openMarket(ctx); err != nil {
		return nil, fmt.Errorf("make goods: %w", err)
	}
	if w.program, err = newPlain(ctx, w.plain, c.Skus); err != nil {
		return nil, fmt.Errorf("plain: %w", err)
	}
	return w, w.analyze(ctx)
}

func (w *world) analyze(ctx context.Context) error {
	return errors.Join(analyze(ctx, w.api), analyze(ctx, w.plain))
}

// serve starts the payment channel and the server.
func (w *world) serve(ctx context.Context) (err error) {
	const secret = "of the bench and the server that it starts"
	var channelURL string
	w.calls.channel, channelURL, w.closeChannel, err = serveChannel(ctx, secret, w.calls.http)
	if err != nil {
		return err
	}
	w.server, err = Launch(ctx, w.Binary, []string{
		"ORDERFLOW_ENV=development", "ORDERFLOW_DATABASE=" + w.name,
		"ORDERFLOW_SANDBOX_URL=" + channelURL, "ORDERFLOW_SANDBOX_SECRET=" + secret,
		"ORDERFLOW_SANDBOX_STATE=" + filepath.Join(w.folder, "sandbox.db"),
		"ORDERFLOW_REQUEST_RATE=100000",
		// What this process's own settings say is of other servers.
		"ORDERFLOW_DEMO=", "ORDERFLOW_COURIER_URL=", "ORDERFLOW_JWKS_URL=",
		"ORDERFLOW_ISSUER=", "ORDERFLOW_AUDIENCE=", "ORDERFLOW_TOKEN_SECRET=",
	}, w.ErrorLog)
	if err != nil {
		return err
	}
	w.calls.url = w.server.URL
	if w.calls.buyers == nil {
		return w.calls.meet(ctx)
	}
	return nil
}

// stop ends what serve has started.
func (w *world) stop() error {
	var problems []error
	w.calls.http.CloseIdleConnections() // a server waits for connections that are in use
	if w.server != nil {
		_, err := w.server.Stop()
		problems = append(problems, err)
		w.server = nil
	}
	if w.closeChannel != nil {
		problems = append(problems, w.closeChannel())
		w.closeChannel = nil
	}
	return errors.Join(problems...)
}

func (w *world) close(ctx context.Context) error {
	return errors.Join(w.stop(), w.drop(ctx))
}

// fill makes the same orders on both sides, as buyers place and pay them, and lets the databases
// look at them before anything is measured.
func (w *world) fill(ctx context.Context) error {
	if err := w.serve(ctx); err != nil {
		return err
	}
	const side = 8 // by side, on one machine
	for _, buy := range []func(ctx context.Context, b basket) error{w.calls.buy, w.program.buy} {
		_, err := crew(ctx, side, func(i int) bool { return i < w.Orders },
			func(ctx context.Context, i int) error {
				b := spread(w.Skus, 0, uint64(i))
				b.buyer = i % people
				w.progress("fill", i+1, w.Orders)
				return buy(ctx, b)
			})
		if err != nil {
			return err
		}
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if err := errors.Join(w.stop(), w.analyze(ctx)); err != nil {
		return err
	}
	return w.serve(ctx)
}

// settle waits until the server has given every event its place: that is a part of the work too.
func (w *world) settle(ctx context.Context) error {
	deadline := time.Now().Add(stall)
	for {
		left, err := w.api.Client.Event.Query().Where(event.PositionIsNil()).Exist(ctx)
		if err != nil || !left {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("for %s the server has not placed all events in the feed", stall)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}

// check counts the orders of both sides in their databases, and verifies the server's. refunded is
// of how many of the plain program's a part was refunded; the server's are for verify.
func (w *world) check(ctx context.Context, wantAPI, wantPlain, refunded int) error {
	if err := w.stop(); err != nil {
		return err
	}
	all, err := w.api.Client.Order.Query().Count(ctx)
	if err != nil {
		return err
	}
	paid, err := w.api.Client.Order.Query().
		Where(order.StatusEQ(vocab.AwaitingShipment)).Count(ctx)
	if err != nil {
		return err
	}
	plain, err := w.program.paid(ctx, refunded)
	if err != nil {
		return err
	}
	if all != wantAPI || paid != wantAPI || plain != wantPlain {
		return fmt.Errorf("of %d orders %d are there and %d paid; of the plain program's %d, %d",
			wantAPI, all, paid, wantPlain, plain)
	}
	report, err := verify.Run(ctx, w.api, nil)
	if err != nil {
		return err
	}
	if !report.OK() {
		return errors.Join(report.Print(w.ErrorLog),
			errors.New("the invariants do not hold in the server's database"))
	}
	return nil
}
