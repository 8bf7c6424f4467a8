package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
)

// operation is a GraphQL document, encoded once.
type operation struct {
	head []byte // of a request's body, up to the variables
}

func newOperation(text string) *operation {
	query, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text is always JSON
	}
	return &operation{head: fmt.Appendf(nil, `{"query":%s,"variables":`, query)}
}

// keyed are the variables of a mutation: its input and its idempotency key.
type keyed[T any] struct {
	Key string `json:"key"`
	In  T      `json:"in"`
}

// call sends an operation and decodes its data. Errors in the response become an error.
func call[T any](
	ctx context.Context, c *client, token string, o *operation, variables any,
) (data T, err error) {
	err = c.send(ctx, token, o, variables, func(body []byte) error {
		var response struct {
			Data   *T
			Errors json.RawMessage
		}
		response.Data = &data
		if err := json.Unmarshal(body, &response); err != nil {
			return fmt.Errorf("response of the server: %w", err)
		}
		if response.Errors != nil || response.Data == nil {
			return fmt.Errorf("the server returned errors: %s", response.Errors)
		}
		return nil
	})
	return data, err
}

// bodies are buffers for responses.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// send sends an operation and calls read with the body of the response, which is valid until read
// returns.
func (c *client) send(
	ctx context.Context, token string, o *operation, variables any, read func(body []byte) error,
) error {
	encoded, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	// A new one each time: the transport may still read it when the response is there.
	body := append(append(make([]byte, 0, len(o.head)+len(encoded)+1), o.head...), encoded...)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/graphql",
		bytes.NewReader(append(body, '}')))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	return c.exchange(req, read)
}

// exchange sends a request and calls read with the body of a response that is OK.
func (c *client) exchange(req *http.Request, read func(body []byte) error) error {
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(body)
	body.Reset()
	if _, err := body.ReadFrom(res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s returned %s: %s", req.URL.Path, res.Status, body)
	}
	return read(body.Bytes())
}
