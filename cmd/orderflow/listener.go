package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits of a connection. Reading and writing as a whole have none: sockets and event streams stay
// open for long, and gqlserver bounds each message.
const (
	headerLimit = 10 * time.Second
	idleLimit   = 2 * time.Minute
	headerBytes = 64 << 10
)

// listener is one address that is served.
type listener struct {
	net.Listener
	url     string
	running sync.WaitGroup // handlers, those of sockets too
}

// listenOn opens an address; setting is its name in errors.
func listenOn(ctx context.Context, setting, address string) (*listener, error) {
	opened, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--%s %s: %w; choose another address", setting, address, err)
	}
	at := opened.Addr().(*net.TCPAddr)
	host := at.IP.String()
	if at.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	url := "http://" + net.JoinHostPort(host, fmt.Sprint(at.Port))
	return &listener{Listener: opened, url: url}, nil
}

// listen opens both addresses first, so that a server without them starts nothing.
func (a *App) listen(ctx context.Context) (err error) {
	if a.public, err = listenOn(ctx, "listen", a.Config.Listen); err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return a.public.close() })
	if a.private, err = listenOn(ctx, "admin-listen", a.Config.AdminListen); err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return a.private.close() })
	return nil
}

// close closes an address whether it was served or not.
func (l *listener) close() error {
	if err := l.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// handle serves handler at a listener until Close, which waits for running requests.
func (a *App) handle(l *listener, handler http.Handler) {
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			l.running.Add(1)
			defer l.running.Done()
			handler.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: headerLimit,
		IdleTimeout:       idleLimit,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelWarn),
	}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fmt.Errorf("serving %s: %w", l.url, err)
		}
	}()
	a.onClose(func(ctx context.Context) error {
		err := server.Shutdown(ctx)
		if err == nil {
			err = l.drain(ctx)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("requests of %s did not end in time", l.url),
				server.Close())
		}
		return nil
	})
}

// drain waits for handlers that Shutdown does not track: those of sockets.
func (l *listener) drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.running.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
