package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"orderflow/internal/sandbox"
	"orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

const sandboxPath = "/sandbox"

// sandboxChannel makes the client of the sandbox channel, and unless it is elsewhere its peer.
func (a *App) sandboxChannel() (*pay.Client, error) {
	options := pay.ClientOptions{
		BaseURL: a.Config.SandboxURL, Secret: []byte(a.Config.SandboxSecret),
	}
	notify := a.URL() + "/callbacks/" + callbackName(vocab.Sandbox)
	if options.BaseURL != "" {
		options.NotifyURL = notify
		return pay.NewClient(options)
	}
	// The peer's state outlives the address of its server, so charges store no address: notices go to
	// the server that the peer runs in when they are sent.
	options.BaseURL = a.URL() + sandboxPath
	peer, err := pay.NewPeer(pay.Options{
		Path: a.sandboxState(), Secret: options.Secret, Now: a.businessNow,
		NotifyURL: func() string { return notify },
	})
	if err != nil {
		return nil, err
	}
	a.paymentPeer = peer.Peer
	a.runPeer("the sandbox channel", a.paymentPeer)
	return pay.NewClient(options)
}

// runPeer sends a peer's messages until Close, and starts again after an error.
func (a *App) runPeer(name string, peer *sandbox.Peer) {
	a.onClose(func(context.Context) error { return peer.Close() })
	a.background(name, func(ctx context.Context) {
		for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
			if err := peer.Run(ctx); err != nil {
				a.Log.ErrorContext(ctx, name+" sends again later", "after", pause, "error", err)
				sleep(ctx, pause)
			}
		}
	})
}

// sandboxState is the file that the setting names, or one beside an embedded database.
func (a *App) sandboxState() string {
	if a.Config.SandboxState != "" {
		return a.Config.SandboxState
	}
	path, embedded := strings.CutPrefix(a.Config.Database, "sqlite:")
	if !embedded {
		path = "data/orderflow.db"
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".sandbox.db"
}

// businessNow is the sandbox's clock. When the database does not answer it is real time, which is
// never ahead: nothing expires by mistake.
func (a *App) businessNow() time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	now, err := a.db.Now(ctx)
	if err != nil {
		a.Log.DebugContext(ctx, "the sandbox takes real time", "error", err)
		return a.db.RealNow()
	}
	return now
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
