package bill

import (
	"context"
	"strings"
	"unicode/utf8"

	"orderflow/ent"
	"orderflow/ent/billdifference"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// maxNote is how long the note of a difference may be, in characters.
const maxNote = 500

// ResolveInput says what staff found out about a difference.
type ResolveInput struct {
	Difference globalid.ID
	Note       string
}

// Resolve marks a difference as resolved. It moves nothing.
//
// Support and platform staff may call it. Faults: NOT_FOUND, INVALID_INPUT without a note,
// ACTION_NOT_ALLOWED when it is resolved already.
func (b *Bills) Resolve(ctx context.Context, in ResolveInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Support, vocab.Platform)
	if err != nil {
		return in.Difference, err
	}
	note := strings.TrimSpace(in.Note)
	if note == "" || utf8.RuneCountInString(note) > maxNote {
		return in.Difference, fault.At("note", fault.InvalidInput,
			"A note has 1 to %d characters.", maxNote)
	}
	ids, _, err := b.DB.Command(ctx,
		func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
			query := tx.BillDifference.Query().Where(billdifference.ID(in.Difference))
			if tx.Locks() {
				query.ForUpdate()
			}
			row, err := query.Only(ctx)
			if ent.IsNotFound(err) {
				return nil, fault.New(fault.NotFound, "There is no such difference.")
			}
			if err != nil {
				return nil, err
			}
			d := store.Track(tx, row)
			was := d.Status
			err = change(ctx, tx, event.ActorOf(v), d, vocab.ResolveDifference)
			if err != nil {
				return nil, err
			}
			d.Note, d.ResolvedAt, d.ResolvedBy = note, &tx.Now, &v.StaffID
			return []globalid.ID{d.ID}, audit.Record(ctx, tx, audit.Entry{
				Action: vocab.AuditResolveDifference, Subject: d.ID, Change: audit.Change{
					Before: map[string]any{"status": was},
					After:  map[string]any{"status": d.Status}}})
		})
	if err != nil {
		return in.Difference, err
	}
	return ids[0], nil
}
