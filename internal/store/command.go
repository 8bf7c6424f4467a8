package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"orderflow/ent"
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

// id is the id of the key's row: a digest of viewer, mutation and key, each with its length.
func (k Key) id() (id globalid.ID) {
	h := sha256.New()
	for _, part := range []string{k.Viewer, k.Mutation, k.Key} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return globalid.Derived(globalid.IdempotencyKey, h.Sum(nil))
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

// Command runs fn as Run does. When the context carries an idempotency key, the key's row commits
// with the command: of two runs under one key the second violates the primary key and has no
// effect. A repetition returns the ids of the first run (replayed is true) whether fn would do its
// work again or refuse it. An error of fn stores nothing. Faults: IDEMPOTENCY_KEY_REUSED when the
// key was used with another input, CONFLICT when others held the same rows at every try,
// UNAVAILABLE (joined with its cause) when the database does not answer.
func (db *DB) Command(
	ctx context.Context, fn func(ctx context.Context, tx *Tx) ([]globalid.ID, error),
) (ids []globalid.ID, replayed bool, err error) {
	key, keyed := ctx.Value(keyContext{}).(Key)
	err = db.Run(ctx, func(ctx context.Context, tx *Tx) error {
		if ids, err = fn(ctx, tx); err == nil && keyed {
			db.keep(tx, key, ids)
		}
		return err
	})
	if err == nil || !keyed {
		return ids, false, asFault(err)
	}
	first, lost := db.replay(ctx, key)
	if lost != nil || first != nil {
		return first, true, lost
	}
	return nil, false, asFault(err)
}

// keep adds the row of a key, with what its command results in, to what the transaction writes. An
// event of the command, which only this transaction writes, is the better probe of its commit.
func (db *DB) keep(tx *Tx, key Key, ids []globalid.ID) {
	row := &ent.IdempotencyKey{
		ID: key.id(), InputHash: key.Hash[:], Results: ids, CreatedAt: db.RealNow()}
	tx.Insert(row)
	if tx.probe != nil {
		return
	}
	tx.ProbeCommitBy(func(ctx context.Context, client *ent.Client) (bool, error) {
		kept, err := client.IdempotencyKey.Get(ctx, row.ID)
		if ent.IsNotFound(err) {
			return false, nil
		}
		return err == nil && slices.Equal(kept.Results, ids), err
	})
}

// asFault turns the error of a transaction whose retries are used up into a fault.
func asFault(err error) error {
	if retryable(err) {
		return fault.New(fault.Conflict, "Too many wanted the same at once; send it again.")
	}
	if f := Describe(err); f != nil {
		return errors.Join(f, err)
	}
	return err
}

// Replay returns the ids of an earlier run under the context's key, or nil when there was none. A
// command that is refused before its transaction calls it: the refusal may be due to the first run.
func (db *DB) Replay(ctx context.Context) ([]globalid.ID, error) {
	key, keyed := ctx.Value(keyContext{}).(Key)
	if !keyed {
		return nil, nil
	}
	return db.replay(ctx, key)
}

// replay returns the ids of an earlier run, or nil when there was none.
func (db *DB) replay(ctx context.Context, key Key) ([]globalid.ID, error) {
	row, err := db.Client.IdempotencyKey.Get(ctx, key.id())
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
