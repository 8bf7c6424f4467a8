package gqlserver

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"orderflow/internal/fault"
)

const subprotocol = "graphql-transport-ws"

// Close codes of graphql-transport-ws.
const (
	closeBadMessage     websocket.StatusCode = 4400
	closeUnauthorized   websocket.StatusCode = 4401
	closeForbidden      websocket.StatusCode = 4403
	closeSubprotocol    websocket.StatusCode = 4406
	closeInitTimeout    websocket.StatusCode = 4408
	closeDuplicate      websocket.StatusCode = 4409
	closeTooManyInits   websocket.StatusCode = 4429
	closeInternal       websocket.StatusCode = 4500
	silentIntervals                          = 3
	maxCloseReasonBytes                      = 120
)

// socket is one connection. Its reader is the handler's goroutine, one goroutine watches the
// timeouts, and each operation has its own; a write waits at most the write timeout, so a client
// that does not read blocks no other.
type socket struct {
	server  *server
	conn    *websocket.Conn
	header  http.Header
	address string

	ctx    context.Context // of the viewer once the connection is acknowledged
	cancel context.CancelFunc
	closed sync.Once
	wg     sync.WaitGroup

	initialised, acknowledged bool // of the reader alone
	served                    int

	received chan struct{}  // a message came
	ready    chan time.Time // connection_init was accepted; when the token ends

	mu         sync.Mutex
	operations map[string]*socketOperation
}

type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

func (s *server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if !s.originAllowed(r) {
		s.refused(w, r, refuse(http.StatusForbidden, fault.Forbidden,
			"Pages of this origin may not connect."))
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // the origin has been checked
	})
	if err != nil {
		return // Accept has responded
	}
	defer conn.CloseNow()
	if conn.Subprotocol() != subprotocol {
		_ = conn.Close(closeSubprotocol, "Subprotocol not acceptable")
		return
	}
	conn.SetReadLimit(s.limits.BodyBytes)
	ctx, cancel := context.WithCancel(r.Context())
	k := &socket{
		server: s, conn: conn, header: r.Header, address: s.address(r),
		ctx: ctx, cancel: cancel,
		received: make(chan struct{}, 1), ready: make(chan time.Time, 1),
		operations: map[string]*socketOperation{},
	}
	k.wg.Go(func() { k.watch(ctx) })
	k.read()
	cancel()
	k.wg.Wait()
}

// end closes the connection once and stops everything that runs on it.
func (k *socket) end(code websocket.StatusCode, reason string) {
	k.closed.Do(func() {
		k.cancel()
		short := strings.ToValidUTF8(reason[:min(len(reason), maxCloseReasonBytes)], "")
		_ = k.conn.Close(code, short)
	})
}

// watch ends the connection when it is not initialised in time, when the token ends, when the
// client is silent in spite of pings, and when the server stops.
func (k *socket) watch(ctx context.Context) {
	initTimer := time.NewTimer(k.server.options.InitTimeout)
	defer initTimer.Stop()
	ping := time.NewTicker(k.server.options.KeepAlive)
	defer ping.Stop()
	var tokenEnds <-chan time.Time
	silent := 0
	for {
		select {
		case <-ctx.Done():
			k.end(websocket.StatusGoingAway, "The server stops")
			return
		case <-k.server.options.Stopping:
			k.end(websocket.StatusGoingAway, "The server stops")
			return
		case <-initTimer.C:
			k.end(closeInitTimeout, "Connection initialisation timeout")
			return
		case expiry := <-k.ready:
			initTimer.Stop()
			if !expiry.IsZero() {
				timer := time.NewTimer(time.Until(expiry))
				defer timer.Stop()
				tokenEnds = timer.C
			}
		case <-tokenEnds:
			k.end(closeForbidden, "The token has ended")
			return
		case <-k.received:
			silent = 0
		case <-ping.C:
			if silent++; silent > silentIntervals {
				k.end(websocket.StatusGoingAway, "No answer to pings")
				return
			}
			k.send(message{Type: "ping"})
		}
	}
}

// send writes one message. A client too slow to take it in time loses the connection: coder's
// write closes it, and the reader ends.
func (k *socket) send(m message) {
	ctx, cancel := context.WithTimeout(context.Background(), k.server.options.WriteTimeout)
	defer cancel()
	if err := k.conn.Write(ctx, websocket.MessageText, mustMarshal(m)); err != nil {
		k.cancel()
	}
}

// read handles messages until the connection ends. It reads without the context, whose end would
// tear the connection down before a close code could be sent.
func (k *socket) read() {
	for {
		kind, data, err := k.conn.Read(context.Background())
		if err != nil {
			return
		}
		select {
		case k.received <- struct{}{}:
		default:
		}
		if kind != websocket.MessageText {
			k.end(closeBadMessage, "Messages are text")
			return
		}
		if code, reason := k.handle(data); code != 0 {
			k.end(code, reason)
			return
		}
	}
}

// nextOperationContext gives each operation of the connection a request id of its own.
func (k *socket) nextOperationContext() context.Context {
	k.served++
	return withRequestID(k.ctx, RequestID(k.ctx)+"."+strconv.Itoa(k.served))
}
