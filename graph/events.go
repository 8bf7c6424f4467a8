package graph

import (
	"cmp"
	"slices"

	"orderflow/ent"
	"orderflow/graph/view"
)

// timeline gives an order's events their types, in the order in which they happened.
func timeline(rows []*ent.Event) []view.OrderEvent {
	slices.SortFunc(rows, func(a, b *ent.Event) int { return cmp.Compare(*a.Sequence, *b.Sequence) })
	events := make([]view.OrderEvent, 0, len(rows))
	for _, row := range rows {
		if e, ok := view.EventOf(row).(view.OrderEvent); ok {
			events = append(events, e)
		}
	}
	return events
}
