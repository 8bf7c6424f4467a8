package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/idempotencykey"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
)

// Key is the idempotency key of a mutation: of which viewer, which mutation, which input.
type Key struct {
	Viewer   string
	Mutation string
	Key      string
	Hash     [32]byte
}

type keyContext struct{}

// WithKey makes the next Command on this context idempotent.
func WithKey(ctx context.Context, key Key) context.Context {
	return context.WithValue(ctx, keyContext{}, key)
}

// WithoutKey is for the second command of one mutation: the first has claimed the key.
func WithoutKey(ctx context.Context) context.Context {
	return context.WithValue(ctx, keyContext{}, nil)
}

// ForEntry narrows the key on the context, if there is one, to one entry of a bulk mutation: each
// entry is a command of its own, which a repetition runs again only when it has failed.
func ForEntry(ctx context.Context, i int) context.Context {
	key, ok := ctx.Value(keyContext{}).(Key)
	if !ok {
		return ctx
	}
	key.Mutation = fmt.Sprintf("%s[%d]", key.Mutation, i)
	return WithKey(ctx, key)
}

// errReplayed ends a transaction whose key was claimed by an earlier one.
var errReplayed = errors.New("store: this idempotency key is claimed")

// Command runs fn as Run does. When the context carries an idempotency key, the key's row commits
// with the command: a repetition does not run fn but returns the ids of the first run (replayed is
// true), and one that comes at the same time waits for it. An error of fn stores nothing. Faults:
// IDEMPOTENCY_KEY_REUSED when the key was used with another input, CONFLICT when others held the
// same rows at every try.
func (db *DB) Command(
	ctx context.Context, fn func(ctx context.Context, tx *Tx) ([]globalid.ID, error),
) (ids []globalid.ID, replayed bool, err error) {
	key, keyed := ctx.Value(keyContext{}).(Key)
	if !keyed {
		err = db.Run(ctx, func(ctx context.Context, tx *Tx) error {
			ids, err = fn(ctx, tx)
			return err
		})
		return ids, false, asConflict(err)
	}
	err = db.Run(ctx, func(ctx context.Context, tx *Tx) error {
		row, err := db.claimKey(ctx, tx, key)
		if err != nil {
			return err
		}
		tx.ProbeCommitBy(func(ctx context.Context, client *ent.Client) (bool, error) {
			return client.IdempotencyKey.Query().Where(idempotencykey.ID(row)).Exist(ctx)
		})
		if ids, err = fn(ctx, tx); err != nil {
			return err
		}
		return tx.IdempotencyKey.Update().Where(idempotencykey.ID(row)).SetResults(ids).Exec(ctx)
	})
	if errors.Is(err, errReplayed) {
		ids, err = db.replay(ctx, key)
		return ids, true, err
	}
	return ids, false, asConflict(err)
}

// asConflict turns the error of a transaction whose retries are used up into a fault.
func asConflict(err error) error {
	if retryable(err) {
		return fault.New(fault.Conflict, "Too many wanted the same at once; send it again.")
	}
	return err
}

// Replay returns the ids of an earlier run under the context's key, or nil when there was none. A
// command with much work before its transaction calls it first.
func (db *DB) Replay(ctx context.Context) ([]globalid.ID, error) {
	key, keyed := ctx.Value(keyContext{}).(Key)
	if !keyed {
		return nil, nil
	}
	return db.replay(ctx, key)
}

// claimKey inserts the key's row. A concurrent duplicate waits here for the first to end.
func (db *DB) claimKey(ctx context.Context, tx *Tx, key Key) (globalid.ID, error) {
	id := globalid.New(globalid.IdempotencyKey)
	err := tx.IdempotencyKey.Create().SetID(id).SetViewer(key.Viewer).SetMutation(key.Mutation).
		SetKey(key.Key).SetInputHash(key.Hash[:]).SetResults([]globalid.ID{}).
		SetCreatedAt(db.RealNow()).Exec(ctx)
	if IsDuplicate(err) {
		return id, errReplayed
	}
	return id, err
}

// replay returns the ids of an earlier run, or nil when there was none.
func (db *DB) replay(ctx context.Context, key Key) ([]globalid.ID, error) {
	row, err := db.Client.IdempotencyKey.Query().Where(
		idempotencykey.Viewer(key.Viewer),
		idempotencykey.Mutation(key.Mutation),
		idempotencykey.Key(key.Key),
	).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(row.InputHash, key.Hash[:]) {
		return nil, fault.New(fault.IdempotencyKeyReused,
			"This idempotency key was used with another input; use a new key.")
	}
	return append([]globalid.ID{}, row.Results...), nil
}
