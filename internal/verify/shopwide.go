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

// together is how many transfers without an order are compared with the events in one pass.
const together = 20_000

// journey is what events tell of one transfer. They have no sequence: of each status it counts how
// often it was entered less how often it was left.
type journey struct {
	*ent.StockTransfer
	entered  map[string]int
	received int64
}

// shopWide compares the transfers that no order has asked for with their events, which only the
// facts name: a pass over all such events for every so many transfers.
func (r *run) shopWide(ctx context.Context) error {
	c := r.check(5, "events.shop_wide", "the events of no order tell of transfers without an order, "+
		"each a step of its table, and lead to their status and to what was received")
	var last globalid.ID
	for first := true; ; first = false {
		rows, err := r.client.StockTransfer.Query().Where(stocktransfer.OrderIDIsNil(),
			stocktransfer.IDGT(last)).Order(ent.Asc(stocktransfer.FieldID)).Limit(together).All(ctx)
		if err != nil || len(rows) == 0 && !first {
			return err
		}
		journeys := make(map[globalid.ID]*journey, len(rows))
		for _, t := range rows {
			journeys[t.ID] = &journey{StockTransfer: t, entered: map[string]int{}}
		}
		after, end := last, len(rows) < together
		if !end {
			last = rows[len(rows)-1].ID
		}
		mine := func(id globalid.ID) bool {
			return after.Compare(id) < 0 && (end || id.Compare(last) <= 0) || first && id.IsZero()
		}
		if err := r.told(ctx, c, mine, journeys); err != nil {
			return err
		}
		r.rows += int64(len(rows))
		for _, t := range rows {
			c.Rows++
			journeys[t.ID].compare(c)
		}
		if end {
			return nil
		}
	}
}

// told streams the events of no order, and notes on journeys what those tell that are mine.
func (r *run) told(
	ctx context.Context, c *Check, mine func(globalid.ID) bool,
	journeys map[globalid.ID]*journey,
) error {
	return r.each(ctx, "SELECT id, shop_id, type, payload FROM events WHERE order_id IS NULL", nil,
		func(scan func(...any) error) error {
			e := &ent.Event{ShopID: new(globalid.ID)}
			var facts []byte
			if err := scan(&e.ID, e.ShopID, &e.Type, &facts); err != nil {
				return err
			}
			if err := json.Unmarshal(facts, &e.Payload); err != nil {
				return fmt.Errorf("facts of %s: %w", e.ID, err)
			}
			r.rows++
			if !mine(e.Payload.Transfer) {
				return nil
			}
			c.Rows++
			j := journeys[e.Payload.Transfer]
			switch {
			case !strings.HasPrefix(e.Type, "transfer.") || !legal(e):
				c.fail(e.ID, "%s from %q to %q is in no table", e.Type, e.Payload.From, e.Payload.To)
			case j == nil || j.ShopID != *e.ShopID:
				c.fail(e.ID, "tells shop %s of %q", e.ShopID, e.Payload.Transfer)
			default:
				j.hear(e.Type, e.Payload)
			}
			return nil
		})
}

func (j *journey) hear(name string, facts document.Payload) {
	j.entered[facts.From]--
	j.entered[facts.To]++
	if name == vocab.EventTransferReceived {
		j.received += facts.Quantity
	}
}

func (j *journey) compare(c *Check) {
	j.entered[""]++
	j.entered[string(j.Status)]--
	for status, n := range j.entered {
		if n != 0 {
			c.fail(j.ID, "is %s, its events leave it %q", j.Status, status)
		}
	}
	if j.received != j.ReceivedQuantity {
		c.fail(j.ID, "received %d, its events tell of %d", j.ReceivedQuantity, j.received)
	}
}
