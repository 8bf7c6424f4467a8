package replay

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// shipmentPayload is the payload of the mutations on a parcel.
type shipmentPayload struct {
	Shipment struct{ ID, Number string }
}

// pickerCount is the number of warehouse users: a server limits the requests of a user per second.
const pickerCount = 32

// picker is the user who ships an invoice, the same in every run.
func (r *replay) picker(o *order) user {
	ids := ""
	for i, id := range r.shops {
		if i > 0 {
			ids += ","
		}
		ids += id
	}
	return user{role: "WAREHOUSE", shops: ids,
		subject: fmt.Sprintf("picker-%s-%d", r.plan.fingerprint, hash(o.number)%pickerCount)}
}

// ship makes the parcels of the sub-orders and hands them over.
func (r *replay) ship(ctx context.Context, o *order, parts []subOrder) error {
	who := r.picker(o)
	stop := r.timings.start(Pick)
	var mutations []mutation
	for _, lines := range parcelLines(parts) {
		mutations = append(mutations, mutation{
			name: "createShipment", selection: "shipment { id number }",
			key: r.parcelKey(o, len(mutations), "create"), input: map[string]any{"lines": lines}})
	}
	parcels, err := mutateAll[shipmentPayload](ctx, r.client, who, mutations)
	if err != nil {
		return err
	}
	mutations = mutations[:0]
	for i, p := range parcels {
		for _, step := range []string{"printPickList", "startPicking", "pack"} {
			mutations = append(mutations, mutation{name: step, selection: "shipment { id }",
				key: r.parcelKey(o, i, step), input: map[string]any{"shipment": p.Shipment.ID}})
		}
	}
	if _, err := mutateAll[shipmentPayload](ctx, r.client, who, mutations); err != nil {
		return err
	}
	stop()
	return r.handOver(ctx, who, o, parcels)
}

// parcelLines divides what is not cancelled of sub-orders into parcels with a bounded number of
// lines.
func parcelLines(parts []subOrder) (parcels [][]map[string]any) {
	const most = 100
	for _, part := range parts {
		var lines []map[string]any
		for _, item := range part.Items {
			if units := item.Quantity - item.RecalledQuantity; units > 0 {
				lines = append(lines, map[string]any{"item": item.ID, "quantity": units})
			}
		}
		parcels = slices.AppendSeq(parcels, slices.Chunk(lines, most))
	}
	return parcels
}

func (r *replay) parcelKey(o *order, i int, step string) string {
	return r.key(o.number, strconv.Itoa(i), step)
}

// handOver gives the parcels to the sandbox courier. Their numbers serve as tracking numbers.
func (r *replay) handOver(
	ctx context.Context, who user, o *order, parcels []shipmentPayload,
) error {
	defer r.timings.start(Ship)()
	mutations := make([]mutation, len(parcels))
	for i, p := range parcels {
		mutations[i] = mutation{name: "handOver", selection: "shipment { id }",
			key: r.parcelKey(o, i, "hand-over"), input: map[string]any{
				"shipment": p.Shipment.ID, "carrier": carrier, "trackingNumber": p.Shipment.Number,
			}}
	}
	_, err := mutateAll[shipmentPayload](ctx, r.client, who, mutations)
	o.status = shipped
	return err
}
