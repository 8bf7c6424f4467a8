package replay

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// shipment is a parcel as its mutations tell it.
type shipment struct {
	Shipment struct{ ID, Number string }
}

// pickers is how many people work in the warehouses: a server takes only so many requests of one a
// second.
const pickers = 32

// picker is who ships an invoice, now and when it is tried again.
func (r *replay) picker(t *trade) user {
	ids := ""
	for i, id := range r.shops {
		if i > 0 {
			ids += ","
		}
		ids += id
	}
	return user{role: "WAREHOUSE", shops: ids,
		subject: fmt.Sprintf("picker-%s-%d", r.plan.print, hash(t.number)%pickers)}
}

// ship makes the parcels of the sub-orders and hands them over.
func (r *replay) ship(ctx context.Context, t *trade, parts []subOrder) error {
	who := r.picker(t)
	stop := r.lap.start(Pick)
	var wishes []wish
	for _, lines := range loads(parts) {
		wishes = append(wishes, wish{mutation: "createShipment", want: "shipment { id number }",
			key: r.parcelKey(t, len(wishes), "create"), input: map[string]any{"lines": lines}})
	}
	parcels, err := mutateAll[shipment](ctx, r.client, who, wishes)
	if err != nil {
		return err
	}
	wishes = wishes[:0]
	for i, p := range parcels {
		for _, step := range []string{"printPickList", "startPicking", "pack"} {
			wishes = append(wishes, wish{mutation: step, want: "shipment { id }",
				key: r.parcelKey(t, i, step), input: map[string]any{"shipment": p.Shipment.ID}})
		}
	}
	if _, err := mutateAll[shipment](ctx, r.client, who, wishes); err != nil {
		return err
	}
	stop()
	return r.handOver(ctx, who, t, parcels)
}

// loads divides what of sub-orders is not cancelled into parcels, of which each carries at most so
// many lines.
func loads(parts []subOrder) (loads [][]map[string]any) {
	const most = 100
	for _, part := range parts {
		var lines []map[string]any
		for _, item := range part.Items {
			if units := item.Quantity - item.RecalledQuantity; units > 0 {
				lines = append(lines, map[string]any{"item": item.ID, "quantity": units})
			}
		}
		loads = slices.AppendSeq(loads, slices.Chunk(lines, most))
	}
	return loads
}

func (r *replay) parcelKey(t *trade, i int, step string) string {
	return r.key(t.number, strconv.Itoa(i), step)
}

// handOver gives the parcels to the sandbox courier. Their numbers serve as tracking numbers.
func (r *replay) handOver(ctx context.Context, who user, t *trade, parcels []shipment) error {
	defer r.lap.start(Ship)()
	wishes := make([]wish, len(parcels))
	for i, p := range parcels {
		wishes[i] = wish{mutation: "handOver", want: "shipment { id }",
			key: r.parcelKey(t, i, "hand-over"), input: map[string]any{
				"shipment": p.Shipment.ID, "carrier": carrier, "trackingNumber": p.Shipment.Number,
			}}
	}
	_, err := mutateAll[shipment](ctx, r.client, who, wishes)
	t.status = shipped
	return err
}
