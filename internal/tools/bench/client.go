package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderflow/internal/globalid"
	sandbox "orderflow/internal/sandbox/pay"
)

// client calls a server as the clients and the payment channel do, over HTTP.
type client struct {
	url     string
	http    *http.Client
	channel *sandbox.Instant
	skus    []globalid.ID
	buyers  []string // tokens
	staff   []string // a token for each shop
}

var (
	viewerQuery = newOperation(`{ viewer { subject } }`)
	// The order's number is shown to the buyer; the parameters go to the channel.
	placeMutation = newOperation(`mutation($in: PlaceOrderInput!, $key: String!) {
  placeOrder(input: $in) @idempotent(key: $key) {
    order { id number status } userErrors { code message }
  }
}`)
	payMutation = newOperation(`mutation($in: StartPaymentInput!, $key: String!) {
  startPayment(input: $in) @idempotent(key: $key) {
    payment { id status clientParams { name value } } userErrors { code message }
  }
}`)
	listQuery = newOperation(`query($first: Int!) { orders(first: $first) {
  edges { node { id number status createdAt price { payable { amount } }
    subOrders { number status price { payable { amount } }
      items { skuCode title quantity unitPrice { amount } payable { amount } } } } }
  pageInfo { hasNextPage }
} }`)
)

// pageSize is the number of orders in a list.
const pageSize = 20

// newHTTPClient keeps a connection open for each concurrent client.
func newHTTPClient(clients int) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 2*clients, 2*clients
	transport.Proxy = nil
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// serveChannel starts the payment channel that the server calls.
func serveChannel(
	ctx context.Context, secret string, notify *http.Client,
) (channel *sandbox.Instant, at string, stop func() error, err error) {
	channel, err = sandbox.NewInstant([]byte(secret), notify)
	if err != nil {
		return nil, "", nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", nil, err
	}
	server := &http.Server{Handler: channel, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return channel, "http://" + listener.Addr().String(), func() error {
		err := server.Close()
		if serving := <-served; !errors.Is(serving, http.ErrServerClosed) {
			err = errors.Join(err, serving)
		}
		return err
	}, nil
}

// fetchTokens fetches a token for buyerCount buyers, whom the server then knows, and one for the
// staff of every shop.
func (c *client) fetchTokens(ctx context.Context, shops int) error {
	for i := range buyerCount {
		token, err := c.token(ctx, url.Values{
			"role": {"buyer"}, "subject": {buyerSubject(i)},
		})
		if err != nil {
			return err
		}
		if _, err := call[json.RawMessage](ctx, c, token, viewerQuery, nil); err != nil {
			return err
		}
		c.buyers = append(c.buyers, token)
	}
	for i := range shops {
		token, err := c.token(ctx, url.Values{
			"role": {"merchant"}, "subject": {shopCode(i)}, "shop": {shopCode(i)},
		})
		if err != nil {
			return err
		}
		c.staff = append(c.staff, token)
	}
	return nil
}

func (c *client) token(ctx context.Context, query url.Values) (token string, err error) {
	at := c.url + "/dev/token?" + query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return "", err
	}
	return token, c.exchange(req, func(body []byte) error {
		token = strings.TrimSpace(string(body))
		return nil
	})
}

type (
	placeInput struct {
		Lines           [shopCount]placeLine `json:"lines"`
		ExpectedPayable int64                `json:"expectedPayable"`
		Address         json.RawMessage      `json:"address"`
	}
	placeLine struct {
		Sku      globalid.ID `json:"sku"`
		Quantity int         `json:"quantity"`
	}
	payInput struct {
		Order   string `json:"order"`
		Channel string `json:"channel"`
	}
)

// placeAddress is where every order goes.
var placeAddress = json.RawMessage(
	`{"name":"李雷","phone":"` + phone + `","region":"浙江","street":"文三路 1 号"}`)

// buy places an order, starts its payment and pays it at the channel. When it returns, the server
// has accepted the channel's notice: the order is paid.
func (c *client) buy(ctx context.Context, b basket) error {
	_, _, err := c.order(ctx, b)
	return err
}

// order is buy that returns the ids of the order and its payment.
func (c *client) order(ctx context.Context, b basket) (id, payment string, err error) {
	in := placeInput{ExpectedPayable: payable, Address: placeAddress}
	for i, sku := range b.skus {
		in.Lines[i] = placeLine{Sku: c.skus[sku], Quantity: 1}
	}
	token := c.buyers[b.buyer]
	placed, err := call[struct {
		PlaceOrder struct {
			Order      *struct{ ID string }
			UserErrors json.RawMessage
		}
	}](ctx, c, token, placeMutation, keyed[placeInput]{rand.Text(), in})
	if err != nil {
		return "", "", err
	}
	if placed.PlaceOrder.Order == nil {
		return "", "", fmt.Errorf("placeOrder: %s", placed.PlaceOrder.UserErrors)
	}
	id = placed.PlaceOrder.Order.ID
	started, err := call[struct {
		StartPayment struct {
			Payment    *struct{ ID, Status string }
			UserErrors json.RawMessage
		}
	}](ctx, c, token, payMutation, keyed[payInput]{rand.Text(), payInput{id, "SANDBOX"}})
	if err != nil {
		return "", "", err
	}
	opened := started.StartPayment.Payment
	if opened == nil || opened.Status != "OPEN" {
		return "", "", fmt.Errorf("startPayment: %+v %s", opened, started.StartPayment.UserErrors)
	}
	return id, opened.ID, c.channel.Pay(ctx, opened.ID, time.Now())
}

// listVariables are the same for every list.
var listVariables = json.RawMessage(fmt.Sprintf(`{"first":%d}`, pageSize))

// list reads the newest orders that the token's viewer sees: at least some, at most a page. It
// counts them in the text: compareLists decodes the same lists once.
func (c *client) list(ctx context.Context, token string, atLeast int) error {
	return c.send(ctx, token, listQuery, listVariables, func(body []byte) error {
		// A response with errors begins with these.
		n := bytes.Count(body, []byte(`{"node":{"id":"ord_`))
		if !bytes.HasPrefix(body, []byte(`{"data":{"orders":{"edges":[`)) || n < atLeast ||
			n > pageSize || !bytes.HasSuffix(bytes.TrimSpace(body), []byte("}}}}")) {
			return fmt.Errorf("a list of %d orders, at least %d are there: %.1000s", n, atLeast, body)
		}
		return nil
	})
}
