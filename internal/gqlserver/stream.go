package gqlserver

import (
	"context"
	"sync"
)

type streamEndKey struct{}

type streamEnd struct {
	mu  sync.Mutex
	err error
}

// EndStream makes the running subscription end with err when its channel closes, such as
// CURSOR_EXPIRED. A resolver calls it with its own context before it closes the channel; the first
// error wins. Outside of a subscription it does nothing.
func EndStream(ctx context.Context, err error) {
	end, ok := ctx.Value(streamEndKey{}).(*streamEnd)
	if !ok {
		return
	}
	end.mu.Lock()
	defer end.mu.Unlock()
	if end.err == nil {
		end.err = err
	}
}

func withStreamEnd(ctx context.Context) (context.Context, *streamEnd) {
	end := &streamEnd{}
	return context.WithValue(ctx, streamEndKey{}, end), end
}

func (e *streamEnd) reason() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}
