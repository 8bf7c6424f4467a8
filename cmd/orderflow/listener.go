package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
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
	server  *http.Server
	handler atomic.Pointer[http.Handler]
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

// listen opens both addresses first, so that a server without them starts nothing. They answer that
// the server starts, until it is started.
func (a *App) listen(ctx context.Context) (err error) {
	if a.public, err = listenOn(ctx, "listen", a.Config.Listen); err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return a.public.close() })
	if a.private, err = listenOn(ctx, "admin-listen", a.Config.AdminListen); err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return a.private.close() })
	a.answer(a.public)
	a.answer(a.private)
	a.Log.InfoContext(ctx, "listening; the server starts", "url", a.URL())
	return nil
}

// close closes an address whether it was served or not.
func (l *listener) close() error {
	if l.server != nil {
		return l.server.Close()
	}
	if err := l.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// answer serves a listener, at first that the server starts.
func (a *App) answer(l *listener) {
	first := starting()
	l.handler.Store(&first)
	l.server = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			l.running.Add(1)
			defer l.running.Done()
			(*l.handler.Load()).ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: headerLimit,
		IdleTimeout:       idleLimit,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelWarn),
	}
	go func() {
		if err := l.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fmt.Errorf("serving %s: %w", l.url, err)
		}
	}()
}

// route serves handler at a listener from now on until Close, which waits for running requests.
func (a *App) route(l *listener, handler http.Handler) {
	l.handler.Store(&handler)
	a.onClose(func(ctx context.Context) error {
		err := l.server.Shutdown(ctx)
		if err == nil {
			err = l.drain(ctx)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("requests of %s did not end in time", l.url),
				l.server.Close())
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
