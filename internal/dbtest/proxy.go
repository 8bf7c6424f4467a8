package dbtest

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Proxy stands between a test and its MySQL database, and loses what a network may lose. Its
// methods may be called by any goroutine.
type Proxy struct {
	listener net.Listener
	network  string // of the server
	address  string
	running  sync.WaitGroup

	mu      sync.Mutex
	all     map[*proxied]struct{}
	swallow bool // connections to come
	delay   time.Duration
	closed  bool
}

// proxied is one connection.
type proxied struct {
	client, server net.Conn
	swallowed      bool // under Proxy.mu
}

// NewProxy starts a proxy for a database of Name, and returns the name of the database through it.
func NewProxy(t testing.TB, name string) (proxy *Proxy, through string) {
	t.Helper()
	cfg, err := mysql.ParseDSN(strings.TrimPrefix(name, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: listener, network: cfg.Net, address: cfg.Addr,
		all: map[*proxied]struct{}{}}
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	cfg.Net, cfg.Addr = "tcp", listener.Addr().String()
	return p, "mysql:" + cfg.FormatDSN()
}

// EachProxied runs the test on every dialect of this run that is reached through a network, with a
// proxy between and the name of a database of its own through it.
func EachProxied(t *testing.T, test func(t *testing.T, proxy *Proxy, name string)) {
	t.Helper()
	for _, dialect := range Dialects(t) {
		if dialect != MySQL {
			continue
		}
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			proxy, name := NewProxy(t, Name(t, dialect))
			test(t, proxy, name)
		})
	}
}

// Pass has new connections work. Those that were swallowed stay lost.
func (p *Proxy) Pass() { p.set(false, 0) }

// Swallow loses what is sent on all connections from now on, new ones included: nobody is told, as
// when an address has moved or the network between has forgotten a connection.
func (p *Proxy) Swallow() {
	p.set(true, 0)
	p.SwallowPresent()
}

// SwallowPresent is Swallow for the connections that are there.
func (p *Proxy) SwallowPresent() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.all {
		c.swallowed = true
	}
}

// Delay has everything arrive later.
func (p *Proxy) Delay(by time.Duration) { p.set(false, by) }

func (p *Proxy) set(swallow bool, delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallow, p.delay = swallow, delay
}

// Cut closes all connections that are there.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.all {
		_ = c.client.Close()
		_ = c.server.Close()
	}
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	_ = p.listener.Close()
	p.Cut()
	p.running.Wait()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := (&net.Dialer{}).DialContext(context.Background(), p.network, p.address)
		if err != nil {
			_ = client.Close()
			continue
		}
		c := &proxied{client: client, server: server}
		p.mu.Lock()
		c.swallowed = p.swallow
		p.all[c] = struct{}{}
		closed := p.closed
		p.mu.Unlock()
		if closed {
			p.Cut()
		}
		p.running.Go(func() { p.copy(c, client, server) })
		p.running.Go(func() { p.copy(c, server, client) })
	}
}

// copy passes on what comes from one side, or loses it, until either side is closed.
func (p *Proxy) copy(c *proxied, from, to net.Conn) {
	defer func() {
		_ = from.Close()
		p.mu.Lock()
		swallowed := c.swallowed
		delete(p.all, c)
		p.mu.Unlock()
		if !swallowed || to == c.server { // the client is not told that the server has left
			_ = to.Close()
		}
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		swallowed, delay := c.swallowed, p.delay
		p.mu.Unlock()
		if swallowed {
			continue
		}
		if delay > 0 {
			time.Sleep(delay)
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
