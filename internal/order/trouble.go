package order

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

// troubleOver is how long a parcel in trouble holds the receipt up while no request is open. A
// parcel that a courier has not delivered a week after its problem counts as lost in the trade.
const troubleOver = 7 * day

// Hooks is called when the clock has consequences above this package, in the transaction and on the
// locked order in which they happen. aftersale.Hooks implements it.
type Hooks interface {
	// CountAsLost is called for parcels with a problem that their courier has not solved in time.
	CountAsLost(ctx context.Context, l *Locked, parcels []*ent.Shipment) error
}

// troubleDue is when the trouble of a SHIPPED sub-order is over; nil without one. It counts
// from when the trouble began, or the last request about it was over.
func (l *Locked) troubleDue(sub *ent.SubOrder, d delivery) *time.Time {
	switch {
	case !d.troubled:
		return nil
	case sub.TroubleDueAt != nil:
		return sub.TroubleDueAt
	default:
		due := l.Tx.Now.Add(troubleOver)
		return &due
	}
}

// endTrouble ends what no request has ended: parcels with a problem count as lost, and the money
// follows. Other trouble had its request, which came to nothing: the shop's refusal stood, or the
// buyer wanted nothing. So the trade goes on, when the goods in other parcels are due too.
func endTrouble(ctx context.Context, o *Orders, l *Locked, sub *ent.SubOrder) error {
	d, err := l.delivery(ctx, sub)
	if err != nil {
		return err
	}
	word, err := o.await(ctx, l, sub, d)
	if err != nil || word == Awaited {
		return err
	}
	var stuck []*ent.Shipment
	for _, p := range d.parcels {
		if vocab.ParcelStuck.Has(*p.CarrierStage) {
			stuck = append(stuck, p)
		}
	}
	if len(stuck) > 0 {
		return o.Hooks.CountAsLost(ctx, l, stuck)
	}
	due, err := l.othersDue(ctx, sub, d)
	if err != nil {
		return err
	}
	if l.Tx.Now.Before(due) {
		sub.TroubleDueAt = &due
		return nil
	}
	return l.receive(ctx, sub, receipt{overdue: true, troubled: true, reason: word.Reason()})
}

// othersDue is when the receipt of what is in no trouble is due; the zero time when there is none.
func (l *Locked) othersDue(
	ctx context.Context, sub *ent.SubOrder, d delivery,
) (time.Time, error) {
	well := slices.DeleteFunc(slices.Clone(d.parcels), troubled)
	if len(well) == 0 {
		return time.Time{}, nil
	}
	return l.usualReceipt(ctx, sub, deliveryOf(well))
}
