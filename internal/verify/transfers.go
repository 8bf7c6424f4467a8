package verify

import (
	"context"
	"strings"

	"orderflow/ent"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// transferSums sums the movements and the reservations of one transfer.
type transferSums struct{ sent, arrived, travels, aside int64 }

// transfers walks the stock transfers by id.
func (r *run) transfers(ctx context.Context) error {
	c := r.check(1, "stock.transfers", "what a transfer sent left its source and what it received "+
		"reached its target; nothing of one that has ended travels or is set aside")
	all, err := r.size(ctx, "stock_transfers")
	if err != nil {
		return err
	}
	var last globalid.ID
	for done := 0; ; {
		rows, err := r.client.StockTransfer.Query().Where(stocktransfer.IDGT(last)).
			Order(ent.Asc(stocktransfer.FieldID)).Limit(batch).All(ctx)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return r.shopWide(ctx)
		}
		last = rows[len(rows)-1].ID
		sums, err := r.transferSums(ctx, c, rows)
		if err != nil {
			return err
		}
		for _, t := range rows {
			c.Rows++
			r.rows++
			if s := sums[t.ID]; !consistent(t, s) {
				c.fail(t.ID, "%s, quantity %d, received %d, lost %d; movements sum to %d sent "+
					"and %d received, reservations of %d that travel and %d set aside", t.Status,
					t.Quantity, t.ReceivedQuantity, t.LostQuantity, s.sent, s.arrived, s.travels,
					s.aside)
			}
		}
		done += len(rows)
		r.progress("transfers", done, all)
	}
}

// consistent reports whether the numbers of a transfer fit its status and one another. An order may
// release what was reserved for it.
func consistent(t *ent.StockTransfer, s transferSums) bool {
	var sent, travels, aside int64
	ended := t.ReceivedQuantity+t.LostQuantity == t.Quantity
	fits := t.ReceivedQuantity >= 0 && t.LostQuantity >= 0
	switch t.Status {
	case vocab.TransferRequested:
		fits = fits && t.ReceivedQuantity+t.LostQuantity == 0
		aside = t.Quantity
	case vocab.TransferCancelled:
		fits = fits && t.ReceivedQuantity+t.LostQuantity == 0
	case vocab.TransferShipped:
		fits = fits && t.ReceivedQuantity < t.Quantity && t.LostQuantity == 0
		sent, travels = t.Quantity, t.Quantity-t.ReceivedQuantity
	case vocab.TransferReceived:
		fits = fits && ended
		sent = t.Quantity
	}
	if t.ItemID == nil {
		travels, aside = 0, 0
	}
	return fits && s.sent == sent && s.arrived == t.ReceivedQuantity && s.travels == travels &&
		s.aside <= aside
}

// transferSums reads the sums of some transfers.
func (r *run) transferSums(
	ctx context.Context, c *Check, rows []*ent.StockTransfer,
) (map[globalid.ID]transferSums, error) {
	args := make([]any, len(rows))
	for i, t := range rows {
		args[i] = t.ID
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(rows)), ",")
	sums := make(map[globalid.ID]transferSums, len(rows))
	read := func(query string, add func(s *transferSums, a, b int64)) error {
		return r.each(ctx, query, args, func(scan func(...any) error) error {
			var id globalid.ID
			var a, b, n int64
			if err := scan(&id, &a, &b, &n); err != nil {
				return err
			}
			s := sums[id]
			add(&s, a, b)
			sums[id] = s
			c.Rows += n
			r.rows += n
			return nil
		})
	}
	err := read(`SELECT transfer_id,
		SUM(CASE WHEN cause = 'TRANSFER_OUT' THEN -on_hand_delta ELSE 0 END),
		SUM(CASE WHEN cause = 'TRANSFER_IN' THEN on_hand_delta ELSE 0 END), COUNT(*)
		FROM stock_movements WHERE transfer_id IN (`+marks+`) GROUP BY transfer_id`,
		func(s *transferSums, a, b int64) { s.sent, s.arrived = a, b })
	if err != nil {
		return nil, err
	}
	err = read(`SELECT transfer_id,
		SUM(CASE WHEN status = 'IN_TRANSFER' THEN quantity ELSE 0 END),
		SUM(CASE WHEN status = 'HELD' THEN quantity ELSE 0 END), COUNT(*)
		FROM reservations WHERE transfer_id IN (`+marks+`) GROUP BY transfer_id`,
		func(s *transferSums, a, b int64) { s.travels, s.aside = a, b })
	return sums, err
}
