package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"orderflow/ent"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// transferBatch is how many transfers without an order are compared with the events in one pass.
const transferBatch = 20_000

// transferReplay sums the events of one transfer. They have no sequence, so for each status it
// counts how often it was entered minus how often it was left.
type transferReplay struct {
	*ent.StockTransfer
	entered  map[string]int
	received int64
}

// shopWide compares the transfers of no order with their events. Only the payload of those names
// the transfer: a pass over all such events for every batch of transfers.
func (r *run) shopWide(ctx context.Context) error {
	c := r.check(5, "events.shop_wide", "the events of no order tell of transfers without an order, "+
		"each a step of its table, and lead to their status and to what was received")
	var last globalid.ID
	for first := true; ; first = false {
		rows, err := r.client.StockTransfer.Query().Where(stocktransfer.OrderIDIsNil(),
			stocktransfer.IDGT(last)).Order(ent.Asc(stocktransfer.FieldID)).Limit(transferBatch).All(ctx)
		if err != nil || len(rows) == 0 && !first {
			return err
		}
		replays := make(map[globalid.ID]*transferReplay, len(rows))
		for _, t := range rows {
			replays[t.ID] = &transferReplay{StockTransfer: t, entered: map[string]int{}}
		}
		after, end := last, len(rows) < transferBatch
		if !end {
			last = rows[len(rows)-1].ID
		}
		inBatch := func(id globalid.ID) bool {
			return after.Compare(id) < 0 && (end || id.Compare(last) <= 0) || first && id.IsZero()
		}
		if err := r.replayTransfers(ctx, c, inBatch, replays); err != nil {
			return err
		}
		r.rows += int64(len(rows))
		for _, t := range rows {
			c.Rows++
			replays[t.ID].compare(c)
		}
		if end {
			return nil
		}
	}
}

// replayTransfers streams the events of no order and applies those of the batch.
func (r *run) replayTransfers(
	ctx context.Context, c *Check, inBatch func(globalid.ID) bool,
	replays map[globalid.ID]*transferReplay,
) error {
	return r.shopEvents(ctx, "type NOT LIKE 'bill.%'", func(e *ent.Event) {
		if !inBatch(e.Payload.Transfer) {
			return
		}
		c.Rows++
		t := replays[e.Payload.Transfer]
		switch {
		case !strings.HasPrefix(e.Type, "transfer.") || !legal(e):
			c.fail(e.ID, "%s from %q to %q is in no table", e.Type, e.Payload.From, e.Payload.To)
		case t == nil || t.ShopID != *e.ShopID:
			c.fail(e.ID, "of shop %s is about %q", e.ShopID, e.Payload.Transfer)
		default:
			t.apply(e.Type, e.Payload)
		}
	})
}

// shopEvents streams those events of no order for which a condition holds.
func (r *run) shopEvents(ctx context.Context, where string, do func(e *ent.Event)) error {
	return r.each(ctx,
		"SELECT id, shop_id, type, payload FROM events WHERE order_id IS NULL AND "+where, nil,
		func(scan func(...any) error) error {
			e := &ent.Event{ShopID: new(globalid.ID)}
			var payload []byte
			if err := scan(&e.ID, e.ShopID, &e.Type, &payload); err != nil {
				return err
			}
			if err := json.Unmarshal(payload, &e.Payload); err != nil {
				return fmt.Errorf("payload of %s: %w", e.ID, err)
			}
			r.rows++
			do(e)
			return nil
		})
}

func (t *transferReplay) apply(name string, payload document.Payload) {
	t.entered[payload.From]--
	t.entered[payload.To]++
	if name == vocab.EventTransferReceived {
		t.received += payload.Quantity
	}
}

func (t *transferReplay) compare(c *Check) {
	t.entered[""]++
	t.entered[string(t.Status)]--
	for status, n := range t.entered {
		if n != 0 {
			c.fail(t.ID, "is %s, its events leave it %q", t.Status, status)
		}
	}
	if t.received != t.ReceivedQuantity {
		c.fail(t.ID, "received %d, its events sum to %d", t.ReceivedQuantity, t.received)
	}
}
