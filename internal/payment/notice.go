package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http"

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
		p.Log.ErrorContext(r.Context(), "a notice is not applied; the channel will repeat it",
			"channel", from, "notice", notice.ID, "error", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	port.AcceptNotice(w)
}

// takeNotice keeps the evidence, then applies the word. One that was kept before is applied all the
// same: the server may have died in between.
func (p *Payments) takeNotice(
	ctx context.Context, from vocab.PaymentChannel, notice channel.Notice,
) error {
	id := globalid.New(globalid.ChannelNotice)
	err := p.DB.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.ChannelNotice.Create().SetID(id).SetChannel(from).SetNoticeID(notice.ID).
			SetBody(p.Seal.Seal(notice.Body, id[:])).SetCreatedAt(tx.Now).Exec(ctx)
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
