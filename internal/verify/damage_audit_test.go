package verify_test

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/auditentry"
	"orderflow/internal/audit"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// auditDamage is what somebody with access to the database may do to the audit log: each column
// edited, an entry deleted, two exchanged, one forged, the end cut off, the head changed.
var auditDamage = func() []damage {
	list := []damage{
		{check: "audit.chain", do: func(w *damaged) string {
			e := w.auditEntries()
			w.deleteEntry(e[1])
			return e[2].ID.String()
		}},
		{check: "audit.chain", do: func(w *damaged) string {
			e := w.auditEntries()
			w.set("audit_entries", "number", e[0].ID, 1000)
			w.set("audit_entries", "number", e[1].ID, 1)
			w.set("audit_entries", "number", e[0].ID, 2)
			return e[1].ID.String()
		}},
		{check: "audit.chain", do: func(w *damaged) string {
			e := w.auditEntries()
			w.set("audit_entries", "before", e[1].ID, `{"price":1}`)
			w.set("audit_entries", "hash", e[1].ID, audit.Hash(e[0].Hash,
				w.DB.Client.AuditEntry.GetX(w.ctx(), e[1].ID)))
			return e[2].ID.String()
		}},
		{check: "audit.heads", do: func(w *damaged) string {
			e := w.auditEntries()
			w.deleteEntry(e[2])
			return "platform"
		}},
		{check: "audit.heads", do: func(w *damaged) string {
			first := w.auditEntries()[0]
			head := w.DB.Client.AuditHead.GetX(w.ctx(), first.ShopID)
			w.exec("DELETE FROM audit_heads WHERE id = ?", head.ID)
			w.undo = append(w.undo, func() {
				w.DB.Client.AuditHead.Create().SetID(head.ID).SetNumber(head.Number).
					SetHash(head.Hash).ExecX(w.ctx())
			})
			return first.ID.String()
		}},
	}
	for column, to := range map[string]any{
		"actor_role": "SUPPORT", "request_id": "another", "action": "SET_SKU",
		"before": `{"x":1}`, "after": `{"x":1}`, "real_at": "2020-01-01 00:00:00",
		"created_at": "2020-01-01 00:00:00", "subject_id": nil,
	} {
		list = append(list, damage{check: "audit.chain", do: func(w *damaged) string {
			e := w.auditEntries()
			w.set("audit_entries", column, e[1].ID, to)
			return e[1].ID.String()
		}})
	}
	return list
}()

// auditEntries are the entries of the platform's chain: three, made when there are none.
func (w *damaged) auditEntries() []*ent.AuditEntry {
	w.T.Helper()
	find := w.DB.Client.AuditEntry.Query().Where(auditentry.ShopID(globalid.ID{})).
		Order(auditentry.ByNumber())
	for range 3 - find.Clone().CountX(w.ctx()) {
		w.Must(w.DB.Run(w.Platform, func(ctx context.Context, tx *store.Tx) error {
			return audit.Record(ctx, tx, audit.Entry{
				Action: vocab.AuditSetWarehouse, Subject: w.transfer.ToWarehouseID,
				Change: audit.Change{After: map[string]any{"priority": 1}}})
		}))
	}
	return find.AllX(w.ctx())
}

func (w *damaged) deleteEntry(e *ent.AuditEntry) {
	w.T.Helper()
	w.exec("DELETE FROM audit_entries WHERE id = ?", e.ID)
	w.undo = append(w.undo, func() {
		w.DB.Client.AuditEntry.Create().SetID(e.ID).SetShopID(e.ShopID).SetNumber(e.Number).
			SetActorRole(e.ActorRole).SetActorID(e.ActorID).SetRequestID(e.RequestID).
			SetAction(e.Action).SetNillableSubjectID(e.SubjectID).SetBefore(e.Before).
			SetAfter(e.After).SetRealAt(e.RealAt).SetCreatedAt(e.CreatedAt).SetHash(e.Hash).
			ExecX(w.ctx())
	})
}
