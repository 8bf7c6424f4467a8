package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

const (
	// The order's number is shown to the buyer; the parameters go to the channel.
	placeMutation = `mutation($in: PlaceOrderInput!, $key: String!) {
  placeOrder(input: $in) @idempotent(key: $key) {
    order { id number status } userErrors { code message }
  }
}`
	payMutation = `mutation($in: StartPaymentInput!, $key: String!) {
  startPayment(input: $in) @idempotent(key: $key) {
    payment { id status clientParams { name value } } userErrors { code message }
  }
}`
	listQuery = `query($first: Int!) { orders(first: $first) {
  edges { node { id number status createdAt price { payable { amount } }
    subOrders { number status price { payable { amount } }
      items { skuCode title quantity unitPrice { amount } payable { amount } } } } }
  pageInfo { hasNextPage }
} }`
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

// fetchTokens fetches a token for buyerCount buyers and one for the staff of every shop.
func (c *client) fetchTokens(ctx context.Context, shops int) error {
	for i := range buyerCount {
		token, err := c.token(ctx, url.Values{
			"role": {"buyer"}, "subject": {buyerSubject(i)},
		})
		if err != nil {
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

func (c *client) token(ctx context.Context, query url.Values) (string, error) {
	at := c.url + "/dev/token?" + query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return "", err
	}
	body, err := c.send(req)
	return strings.TrimSpace(string(body)), err
}

// buy places an order, starts its payment and pays it at the channel. When it returns, the server
// has accepted the channel's notice: the order is paid.
func (c *client) buy(ctx context.Context, b basket) error {
	_, _, err := c.order(ctx, b)
	return err
}

// order is buy that returns the ids of the order and its payment.
func (c *client) order(ctx context.Context, b basket) (id, payment string, err error) {
	var lines []map[string]any
	for _, sku := range b.skus {
		lines = append(lines, map[string]any{"sku": c.skus[sku], "quantity": 1})
	}
	var placed struct {
		PlaceOrder struct {
			Order      *struct{ ID string }
			UserErrors json.RawMessage
		}
	}
	err = c.do(ctx, c.buyers[b.buyer], placeMutation, map[string]any{
		"key": rand.Text(), "in": map[string]any{
			"lines": lines, "expectedPayable": payable,
			"address": map[string]any{
				"name": "李雷", "phone": phone, "region": "浙江", "street": "文三路 1 号",
			},
		},
	}, &placed)
	if err != nil {
		return "", "", err
	}
	if placed.PlaceOrder.Order == nil {
		return "", "", fmt.Errorf("placeOrder: %s", placed.PlaceOrder.UserErrors)
	}
	var started struct {
		StartPayment struct {
			Payment    *struct{ ID, Status string }
			UserErrors json.RawMessage
		}
	}
	err = c.do(ctx, c.buyers[b.buyer], payMutation, map[string]any{
		"key": rand.Text(), "in": map[string]any{
			"order": placed.PlaceOrder.Order.ID, "channel": "SANDBOX",
		},
	}, &started)
	if err != nil {
		return "", "", err
	}
	opened := started.StartPayment.Payment
	if opened == nil || opened.Status != "OPEN" {
		return "", "", fmt.Errorf("startPayment: %+v %s", opened, started.StartPayment.UserErrors)
	}
	return placed.PlaceOrder.Order.ID, opened.ID, c.channel.Pay(ctx, opened.ID, time.Now())
}

// list reads the newest orders that the token's viewer sees.
func (c *client) list(ctx context.Context, token string) (json.RawMessage, error) {
	var page json.RawMessage
	err := c.do(ctx, token, listQuery, map[string]any{"first": pageSize}, &page)
	return page, err
}

// do sends one operation and decodes its data. Errors in the response become an error.
func (c *client) do(
	ctx context.Context, token, query string, variables map[string]any, data any,
) error {
	requestBody, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/graphql",
		bytes.NewReader(requestBody))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	body, err := c.send(req)
	if err != nil {
		return err
	}
	var response struct {
		Data   json.RawMessage
		Errors json.RawMessage
	}
	if err := json.Unmarshal(body, &response); err != nil {
		return fmt.Errorf("response of the server: %w", err)
	}
	if response.Errors != nil {
		return fmt.Errorf("the server returned errors: %s", response.Errors)
	}
	return json.Unmarshal(response.Data, data)
}

func (c *client) send(req *http.Request) ([]byte, error) {
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s returned %s: %s", req.URL.Path, res.Status, body)
	}
	return body, err
}
