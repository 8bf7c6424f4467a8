package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"orderflow/internal/payment/channel/sandbox"
	"orderflow/internal/vocab"
)

const sandboxPath = "/sandbox"

// sandbox makes the client of the sandbox channel, and unless it is elsewhere its peer.
func (a *App) sandbox() (*sandbox.Client, error) {
	options := sandbox.ClientOptions{
		BaseURL: a.Config.SandboxURL, Secret: []byte(a.Config.SandboxSecret),
	}
	notify := a.URL() + "/callbacks/" + callbackName(vocab.Sandbox)
	if options.BaseURL != "" {
		options.NotifyURL = notify
		return sandbox.NewClient(options)
	}
	// The peer outlives its server and its server's address, so it is not told where to send notices
	// once and for all: it sends them to the server that it lives in.
	options.BaseURL = a.URL() + sandboxPath
	if err := a.startPeer(func() string { return notify }); err != nil {
		return nil, err
	}
	return sandbox.NewClient(options)
}

// startPeer starts the sandbox's own side inside this server.
func (a *App) startPeer(notify func() string) error {
	path := a.sandboxBooks()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	peer, err := sandbox.NewPeer(sandbox.Options{
		Path: path, Secret: []byte(a.Config.SandboxSecret), Now: a.businessNow, NotifyURL: notify,
	})
	if err != nil {
		return err
	}
	a.peer = peer
	a.atClose(func(context.Context) error { return peer.Close() })
	a.runPeer("the sandbox channel", peer.Run)
	return nil
}

// runPeer runs what sends a peer's messages until Close, whatever happens to its books in between.
func (a *App) runPeer(name string, run func(ctx context.Context) error) {
	a.background(name, func(ctx context.Context) {
		for ctx.Err() == nil {
			if err := run(ctx); err != nil {
				a.Log.ErrorContext(ctx, name+" sends again in a second", "error", err)
				rest(ctx, time.Second)
			}
		}
	})
}

// sandboxBooks is the file that the setting names, or one beside an embedded database.
func (a *App) sandboxBooks() string {
	if a.Config.SandboxState != "" {
		return a.Config.SandboxState
	}
	path, embedded := strings.CutPrefix(a.Config.Database, "sqlite:")
	if !embedded {
		path = "data/orderflow.db"
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".sandbox.db"
}

// businessNow is the sandbox's clock. Without an answer of the database it is real time, which is
// never ahead: nothing expires by mistake.
func (a *App) businessNow() time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	now, err := a.db.Now(ctx)
	if err != nil {
		a.Log.WarnContext(ctx, "the sandbox takes real time", "error", err)
		return a.db.RealNow()
	}
	return now
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
