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
	"orderflow/internal/seal"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

// environment is all that a comparison starts and ends: databases, server and clients.
type environment struct {
	*Comparison
	*scratch
	server *Server
	client *client
	plain  *plain
	shops  int // in all
	keys   *seal.Keyring

	closeChannel func() error
}

// open makes the databases with the catalogue of both sides.
func (c *Comparison) open(ctx context.Context, shops int) (e *environment, err error) {
	e = &environment{Comparison: c, shops: shops,
		client: &client{http: newHTTPClient(slices.Max(c.Clients))}}
	if e.scratch, err = newScratch(ctx, c.Database); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close(ctx))
		}
	}()
	// Those of a server in development.
	if e.keys, err = seal.ParseKeyring(seal.DevelopmentKeys()); err != nil {
		return nil, err
	}
	if e.client.skus, err = e.makeCatalogue(ctx); err != nil {
		return nil, fmt.Errorf("make catalogue: %w", err)
	}
	if e.plain, err = newPlain(ctx, e.plainDB, c.Skus, shops); err != nil {
		return nil, fmt.Errorf("plain: %w", err)
	}
	return e, e.analyze(ctx)
}

func (e *environment) analyze(ctx context.Context) error {
	return errors.Join(analyze(ctx, e.serverDB), analyze(ctx, e.plainDB))
}

// serve starts the payment channel and the server.
func (e *environment) serve(ctx context.Context) (err error) {
	const secret = "of the bench and the server that it starts"
	var channelURL string
	e.client.channel, channelURL, e.closeChannel, err = serveChannel(ctx, secret, e.client.http)
	if err != nil {
		return err
	}
	e.server, err = Launch(ctx, e.Binary, []string{
		"ORDERFLOW_ENV=development", "ORDERFLOW_DATABASE=" + e.name,
		"ORDERFLOW_SANDBOX_URL=" + channelURL, "ORDERFLOW_SANDBOX_SECRET=" + secret,
		"ORDERFLOW_SANDBOX_STATE=" + filepath.Join(e.folder, "sandbox.db"),
		"ORDERFLOW_REQUEST_RATE=100000", "ORDERFLOW_COUNT_STATEMENTS=true",
		// The settings of this process may be those of other servers.
		"ORDERFLOW_DEMO=", "ORDERFLOW_COURIER_URL=", "ORDERFLOW_JWKS_URL=",
		"ORDERFLOW_ISSUER=", "ORDERFLOW_AUDIENCE=", "ORDERFLOW_TOKEN_SECRET=",
	}, e.ErrorLog)
	if err != nil {
		return err
	}
	e.client.url = e.server.URL
	if e.client.buyers == nil {
		return e.client.fetchTokens(ctx, e.shops)
	}
	return nil
}

// stop stops the server and the payment channel.
func (e *environment) stop() error {
	var problems []error
	e.client.http.CloseIdleConnections() // a server waits for connections that are in use
	if e.server != nil {
		_, err := e.server.Stop()
		problems = append(problems, err)
		e.server = nil
	}
	if e.closeChannel != nil {
		problems = append(problems, e.closeChannel())
		e.closeChannel = nil
	}
	return errors.Join(problems...)
}

func (e *environment) close(ctx context.Context) error {
	return errors.Join(e.stop(), e.drop(ctx))
}

// settle waits until every event has its position in the feed, which is part of the work.
func (e *environment) settle(ctx context.Context) error {
	deadline := time.Now().Add(stallLimit)
	for {
		left, err := e.serverDB.Client.Event.Query().Where(event.PositionIsNil()).Exist(ctx)
		if err != nil || !left {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server has not sequenced all events within %s", stallLimit)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// check counts the orders of both sides in their databases and verifies the server's. refunded is
// the number of orders of the plain program with a refund; verify checks those of the server.
func (e *environment) check(ctx context.Context, wantAPI, wantPlain, refunded int) error {
	if err := e.stop(); err != nil {
		return err
	}
	orders, err := e.serverDB.Client.Order.Query().Count(ctx)
	if err != nil {
		return err
	}
	paid, err := e.serverDB.Client.Order.Query().
		Where(order.StatusEQ(vocab.AwaitingShipment)).Count(ctx)
	if err != nil {
		return err
	}
	plain, err := e.plain.paid(ctx, refunded)
	if err != nil {
		return err
	}
	if orders != wantAPI || paid != wantAPI || plain != wantPlain {
		return fmt.Errorf("of %d orders %d are there and %d paid; of the plain program's %d, %d",
			wantAPI, orders, paid, wantPlain, plain)
	}
	return e.verify(ctx)
}

// verify checks the invariants of the server's database.
func (e *environment) verify(ctx context.Context) error {
	report, err := verify.Run(ctx, e.serverDB, e.keys, e.Progress)
	if err != nil {
		return err
	}
	if !report.OK() {
		return errors.Join(report.Print(e.ErrorLog),
			errors.New("the invariants do not hold in the server's database"))
	}
	return nil
}
