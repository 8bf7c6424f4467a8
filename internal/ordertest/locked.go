package ordertest

import (
	"context"

	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Locked locks an order as an actor and works on it, for what no command of a caller reaches.
func (e *Env) Locked(
	id globalid.ID, role vocab.Role, work func(ctx context.Context, l *order.Locked) error,
) error {
	return order.Run(e.T.Context(), e.DB, id, event.Actor{Role: role}, work)
}
