package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// maxNotice bounds what a channel may send; sealed, it must fit its column.
const maxNotice = 60 << 10

// HandleNotice takes a notice 通知 of a channel: it is verified, stored sealed, applied, and then
// accepted. What is not the channel's word is answered with 401 and only counted. When we fail the
// answer is 500, and the channel repeats.
func (p *Payments) HandleNotice(w http.ResponseWriter, r *http.Request, from vocab.PaymentChannel) {
	port := p.Channels[from]
	if port == nil {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxNotice)
	notice, err := port.ParseNotice(r)
	if err != nil {
		p.Counters.UnverifiedNotices.Add(1)
		p.Log.WarnContext(r.Context(), "a notice is not the channel's word",
			"channel", from, "error", err)
		http.Error(w, "not verified", http.StatusUnauthorized)
		return
	}
	if err := p.takeNotice(r.Context(), from, notice); err != nil {
		p.Log.Log(r.Context(), store.LogLevel(err), "a notice is not applied; the channel will repeat it",
			"channel", from, "notice", notice.ID, "error", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	port.AcceptNotice(w)
}

// takeNotice keeps the evidence and applies the word: of a payment in one transaction. What cannot
// be applied is kept all the same, and one that was kept before is applied all the same: the server
// may have died in between.
func (p *Payments) takeNotice(
	ctx context.Context, from vocab.PaymentChannel, notice channel.Notice,
) error {
	id := globalid.New(globalid.ChannelNotice)
	evidence := &ent.ChannelNotice{ID: id, Channel: from, NoticeID: notice.ID,
		Body: p.Seal.Seal(notice.Body, id[:])}
	if notice.Charge != nil {
		if kept, err := p.settle(ctx, from, *notice.Charge, evidence); kept && err == nil {
			return nil
		}
	}
	err := p.DB.Run(ctx, func(_ context.Context, tx *store.Tx) error {
		evidence.CreatedAt = tx.Now
		tx.Insert(evidence)
		return nil
	})
	if err != nil && !store.IsDuplicate(err) {
		return fmt.Errorf("keep the notice: %w", err)
	}
	switch {
	case notice.Charge != nil:
		return p.Settle(ctx, from, *notice.Charge)
	case notice.Refund != nil:
		return p.SettleRefund(ctx, from, *notice.Refund)
	default:
		return errors.New("the notice is of nothing")
	}
}
