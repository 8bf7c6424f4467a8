package catalogue

import (
	"context"

	gen "entgo.io/ent"

	"orderflow/ent"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Catalogue runs the commands of staff on the catalogue. It is safe for concurrent use.
type Catalogue struct {
	db   *store.DB
	keys *seal.Keyring // seals return addresses
}

// New returns the commands over a database. Return addresses are sealed with keys.
func New(db *store.DB, keys *seal.Keyring) *Catalogue { return &Catalogue{db: db, keys: keys} }

// requireShop is auth.Require for a command on one shop. The shop of another merchant is NOT_FOUND.
func requireShop(ctx context.Context, shop globalid.ID) error {
	v, err := auth.Require(ctx, vocab.Merchant, vocab.Platform)
	if err == nil && !v.HasShop(shop) {
		return notFound("shop")
	}
	return err
}

func notFound(field string) error {
	return fault.At(field, fault.NotFound, "There is no such object.")
}

// notFoundAt turns ent's "not found" into a fault at a field.
func notFoundAt(err error, field string) error {
	if ent.IsNotFound(err) {
		return notFound(field)
	}
	return err
}

// set runs a command that sets one object with a unique code in the named field. When two create
// the same code concurrently, the second runs again and finds the first's object.
func (c *Catalogue) set(
	ctx context.Context, codeField string,
	fn func(ctx context.Context, tx *store.Tx) (globalid.ID, error),
) (globalid.ID, error) {
	id, err := c.command(ctx, fn)
	if store.IsDuplicate(err) {
		id, err = c.command(ctx, fn)
	}
	if store.IsDuplicate(err) {
		err = codeTaken(codeField)
	}
	return id, err
}

func codeTaken(field string) error {
	return fault.At(field, fault.CodeTaken, "Another object has this already.")
}

// command runs a command that returns one id.
func (c *Catalogue) command(
	ctx context.Context, fn func(ctx context.Context, tx *store.Tx) (globalid.ID, error),
) (globalid.ID, error) {
	ids, _, err := c.db.Command(ctx, func(
		ctx context.Context, tx *store.Tx,
	) ([]globalid.ID, error) {
		id, err := fn(ctx, tx)
		return []globalid.ID{id}, err
	})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}

// write is an update or the creation of one row.
type write[M gen.Mutation] interface {
	Mutation() M
	Exec(ctx context.Context) error
}

// save writes a row, with an entry of the audit log that says what changes.
func save[M gen.Mutation](
	ctx context.Context, tx *store.Tx, w write[M], entry audit.Entry,
) error {
	change, err := audit.Of(ctx, w.Mutation())
	if err != nil {
		return err
	}
	entry.Change = change
	if err := audit.Record(ctx, tx, entry); err != nil {
		return err
	}
	return w.Exec(ctx)
}

// reseal seals a text that differs from what is stored, and else leaves that: it has not changed.
func (c *Catalogue) reseal(stored []byte, text string, row globalid.ID, column string) []byte {
	if known, err := c.keys.OpenText(stored, row, column); err == nil && known == text {
		return stored
	}
	return c.keys.SealText(text, row, column)
}

// target returns the id of the row that an input sets: of the row that was looked for by its id or
// else by its code, with err, or a new id.
func target(
	given globalid.ID, err error, kind globalid.Kind, found func() globalid.ID,
) (id globalid.ID, _ error) {
	switch {
	case err == nil:
		return found(), nil
	case !ent.IsNotFound(err):
		return id, err
	case !given.IsZero():
		return id, notFound("id")
	}
	return globalid.New(kind), nil
}
