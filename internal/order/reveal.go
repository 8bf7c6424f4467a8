package order

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/ent/suborder"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/phone"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// RevealInput says whose address is to be read, and why.
type RevealInput struct {
	SubOrder globalid.ID
	Reason   vocab.RevealReason
}

// RevealAddress returns in full where a sub-order goes, once the audit log of its shop says so.
// SUPPORT and PLATFORM only. A repetition under an idempotency key adds no entry. Faults:
// NOT_FOUND, INVALID_INPUT.
func (o *Orders) RevealAddress(ctx context.Context, in RevealInput) (*document.Address, error) {
	if _, err := auth.Require(ctx, vocab.Support, vocab.Platform); err != nil {
		return nil, err
	}
	if !slices.Contains(vocab.RevealReasons, in.Reason) {
		return nil, fault.At("reason", fault.InvalidInput, "There is no such reason.")
	}
	sub, err := o.db.Client.SubOrder.Query().Where(suborder.ID(in.SubOrder)).WithOrder().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.At("subOrder", fault.NotFound, "There is no such sub-order.")
	}
	if err != nil {
		return nil, err
	}
	_, _, err = o.db.Command(ctx, func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
		return []globalid.ID{sub.ID}, audit.Record(ctx, tx, audit.Entry{Shop: sub.ShopID,
			Action: vocab.AuditRevealAddress, Subject: sub.ID,
			Change: audit.Change{After: map[string]any{"reason": in.Reason}}})
	})
	if err != nil {
		return nil, err
	}
	sealed := sub.Address
	if len(sealed) == 0 {
		sealed = sub.Edges.Order.Address
	}
	plain, err := o.keys.Open(sealed, sub.OrderID[:])
	if err != nil {
		return nil, fmt.Errorf("address of %s: %w", sub.ID, err)
	}
	var address document.Address
	if err := json.Unmarshal(plain, &address); err != nil {
		return nil, fmt.Errorf("address of %s is not an address", sub.ID)
	}
	address.Phone = phone.Stored(address.Phone).Shown()
	return &address, nil
}
