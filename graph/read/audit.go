package read

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/ent/auditentry"
	"orderflow/ent/predicate"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// staffOfShops are the roles of those who work for shops.
var staffOfShops = []vocab.Role{vocab.Merchant, vocab.Warehouse}

// WhereAuditEntries are the conditions of a filter. Who does not see the ids of the platform's
// people cannot look for them either.
func WhereAuditEntries(
	ctx context.Context, f *view.AuditFilter,
) (all []predicate.AuditEntry) {
	if f == nil {
		return nil
	}
	all = addIf(all, f.Shop, auditentry.ShopID)
	all = addIf(all, f.Actor, func(id globalid.ID) predicate.AuditEntry {
		if auth.From(ctx).SeesAllShops() {
			return auditentry.ActorID(id)
		}
		return auditentry.And(auditentry.ActorID(id), auditentry.ActorRoleIn(staffOfShops...))
	})
	if f.Action != nil {
		all = append(all, auditentry.ActionIn(f.Action...))
	}
	all = addIf(all, f.Subject, auditentry.SubjectID)
	all = addIf(all, f.From, func(at time.Time) predicate.AuditEntry {
		return auditentry.CreatedAtGTE(at)
	})
	return addIf(all, f.To, func(at time.Time) predicate.AuditEntry {
		return auditentry.CreatedAtLT(at)
	})
}

// AuditActor is who did what an entry tells of. Merchants see the ids of their shop's staff.
func AuditActor(ctx context.Context, e *ent.AuditEntry) *view.Actor {
	shown := &view.Actor{Role: e.ActorRole}
	ofShop := e.ActorRole == vocab.Merchant || e.ActorRole == vocab.Warehouse
	if ofShop || auth.From(ctx).SeesAllShops() {
		shown.ID = &e.ActorID
	}
	return shown
}
