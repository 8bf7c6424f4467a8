package audit

import (
	"context"
	"errors"

	"orderflow/ent"
	"orderflow/ent/auditentry"
	"orderflow/ent/audithead"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Entry is what a command did.
type Entry struct {
	Shop    globalid.ID // whose chain it is in; zero: the platform's
	Action  vocab.AuditAction
	Subject globalid.ID // what it was done to; zero for none
	Change  Change
}

type requestKey struct{}

// WithRequest returns a context with the id of the request that entries are to name.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// Record adds an entry by the viewer of the context to what the transaction writes, last of all.
func Record(ctx context.Context, tx *store.Tx, e Entry) error {
	v := auth.From(ctx)
	if !v.IsStaff() {
		return errors.New("audit: an entry names a member of the staff")
	}
	row := &ent.AuditEntry{ID: globalid.New(globalid.AuditEntry), ShopID: e.Shop,
		ActorRole: v.Role, ActorID: v.StaffID, Action: e.Action,
		RealAt: tx.RealNow, CreatedAt: tx.Now}
	row.RequestID, _ = ctx.Value(requestKey{}).(string)
	if !e.Subject.IsZero() {
		row.SubjectID = &e.Subject
	}
	var err error
	if row.Before, row.After, err = e.Change.texts(); err != nil {
		return err
	}
	tx.Last(func(ctx context.Context, tx *store.Tx) error { return chain(ctx, tx, row) })
	tx.ProbeCommitBy(func(ctx context.Context, client *ent.Client) (bool, error) {
		return client.AuditEntry.Query().Where(auditentry.ID(row.ID)).Exist(ctx)
	})
	return nil
}

// chain puts an entry at the end of its chain.
func chain(ctx context.Context, tx *store.Tx, row *ent.AuditEntry) error {
	head, err := lockHead(ctx, tx, row.ShopID)
	if err != nil {
		return err
	}
	row.Number = head.Number + 1
	row.Hash = Hash(head.Hash, row)
	err = tx.AuditHead.Update().Where(audithead.ID(head.ID)).
		SetNumber(row.Number).SetHash(row.Hash).Exec(ctx)
	if err != nil {
		return err
	}
	tx.Insert(row)
	return tx.Flush(ctx, auditentry.Table)
}

// lockHead locks the end of a chain, which it makes when there is none.
func lockHead(ctx context.Context, tx *store.Tx, id globalid.ID) (*ent.AuditHead, error) {
	query := tx.AuditHead.Query().Where(audithead.ID(id))
	if tx.Locks() {
		query.ForUpdate()
	}
	head, err := query.Clone().Only(ctx)
	if !ent.IsNotFound(err) {
		return head, err
	}
	if err := store.InsertNew(ctx, tx, &ent.AuditHead{ID: id}); err != nil {
		return nil, err
	}
	return query.Only(ctx)
}
