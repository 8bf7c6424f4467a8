package ordertest

import (
	"context"

	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Locked locks an order as an actor and works on it, for what no command of a caller reaches.
func (e *Env) Locked(
	id globalid.ID, role vocab.Role,
	work func(ctx context.Context, tx *store.Tx, l *order.Locked) error,
) error {
	return e.DB.Run(e.T.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, id, event.Actor{Role: role})
		if err != nil {
			return err
		}
		if err := work(ctx, tx, l); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
}
