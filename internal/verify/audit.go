package verify

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/auditentry"
	"orderflow/ent/audithead"
	"orderflow/internal/audit"
	"orderflow/internal/globalid"
)

// AuditHead is the end of a chain of the audit log. Whoever keeps a report can see later that the
// chain still has the entry.
type AuditHead struct {
	Shop   globalid.ID `json:"shop"` // empty: the platform's
	Number int64       `json:"number"`
	Hash   string      `json:"hash"`
}

// auditLog walks each chain of the audit log and compares its end with the head.
func (r *run) auditLog(ctx context.Context) error {
	w := auditWalk{
		chain: r.check(12, "audit.chain", "the entries of a chain have the numbers 1 … n, and each "+
			"has the hash of what it says and of the one before it"),
		heads: r.check(12, "audit.heads", "a chain ends with the entry that its head names"),
	}
	heads, err := r.client.AuditHead.Query().Order(audithead.ByID()).All(ctx)
	if err != nil {
		return err
	}
	known := make([]globalid.ID, len(heads))
	for i, head := range heads {
		known[i] = head.ID
		if err := r.auditChain(ctx, &w, head); err != nil {
			return err
		}
		r.progress("audit", i+1, len(heads))
	}
	r.rows += w.chain.Rows + w.heads.Rows
	stray, err := r.client.AuditEntry.Query().Where(auditentry.ShopIDNotIn(known...)).
		Limit(listed).All(ctx)
	for _, e := range stray {
		w.heads.fail(e.ID, "its chain has no head")
	}
	if err != nil || len(r.kept) == 0 {
		return err
	}
	return r.auditKept(ctx)
}

// auditKept looks for the entries that an earlier report names.
func (r *run) auditKept(ctx context.Context) error {
	c := r.check(12, "audit.kept", "the entries with which chains ended in an earlier report are "+
		"still there")
	for _, head := range r.kept {
		c.Rows++
		hash, err := hex.DecodeString(head.Hash)
		if err != nil {
			return fmt.Errorf("the hash of %s: %w", head.name(), err)
		}
		there, err := r.client.AuditEntry.Query().Where(auditentry.ShopID(head.Shop),
			auditentry.Number(head.Number), auditentry.Hash(hash)).Exist(ctx)
		if err != nil {
			return err
		}
		if !there {
			c.failAt(head.name(), "number %d is not the entry that the report names", head.Number)
		}
	}
	r.rows += c.Rows
	return nil
}

// name is the shop, or the platform.
func (h AuditHead) name() string {
	if h.Shop.IsZero() {
		return "platform"
	}
	return h.Shop.String()
}

type auditWalk struct{ chain, heads *Check }

func (r *run) auditChain(ctx context.Context, w *auditWalk, head *ent.AuditHead) error {
	var last ent.AuditEntry // before the first
	for {
		rows, err := r.client.AuditEntry.Query().Where(
			auditentry.ShopID(head.ID), auditentry.NumberGT(last.Number)).
			Order(auditentry.ByNumber()).Limit(batch).All(ctx)
		if err != nil {
			return err
		}
		for _, e := range rows {
			w.chain.Rows++
			if e.Number != last.Number+1 {
				w.chain.fail(e.ID, "number %d follows %d", e.Number, last.Number)
			}
			if !bytes.Equal(e.Hash, audit.Hash(last.Hash, e)) {
				w.chain.fail(e.ID, "its hash is not that of what it says after number %d", last.Number)
			}
			last = *e
		}
		if len(rows) < batch {
			break
		}
	}
	w.heads.Rows++
	end := AuditHead{head.ID, head.Number, hex.EncodeToString(head.Hash)}
	if last.Number != head.Number || !bytes.Equal(last.Hash, head.Hash) {
		w.heads.failAt(end.name(), "the chain ends with number %d, its head names %d",
			last.Number, head.Number)
	}
	r.audit = append(r.audit, end)
	return nil
}
