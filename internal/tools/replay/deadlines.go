package replay

import (
	"context"
	"fmt"
	"time"
)

// pageSize is the number of objects that one request reads.
const pageSize = 100

// maxRounds bounds how often deadlines may lead to others: receipt, then completion, and a reserve.
const maxRounds = 5

// passDeadlines moves the clock past all deadlines of the orders, and past those that follow from
// them.
func (r *replay) passDeadlines(ctx context.Context) error {
	for range maxRounds {
		last, open, err := r.deadlines(ctx)
		if err != nil {
			return err
		}
		r.opts.Progress("end", len(r.orders)-open, len(r.orders))
		if open == 0 || last.IsZero() {
			return nil
		}
		if err := r.moveTo(ctx, last.Add(time.Second)); err != nil {
			return err
		}
	}
	return nil
}

// deadlines reads the last deadline of all orders and how many are not completed. The end of a
// return window counts only when nothing else is due, since other deadlines may move it.
func (r *replay) deadlines(ctx context.Context) (last time.Time, open int, err error) {
	var completion time.Time
	for from := 0; from < len(r.orders); from += pageSize {
		part := r.orders[from:min(from+pageSize, len(r.orders))]
		ids := make([]string, len(part))
		for i, o := range part {
			ids[i] = o.id
		}
		var answer struct {
			Nodes []struct {
				Status    string
				SubOrders []struct {
					Deadlines []struct {
						Kind  string
						DueAt time.Time
					}
				}
			}
		}
		err := r.client.do(ctx, platform, operation{
			Query: `query($ids: [ID!]!) { nodes(ids: $ids) {
				... on Order { status subOrders { deadlines { kind dueAt } } } } }`,
			Variables: map[string]any{"ids": ids},
		}, &answer)
		if err != nil {
			return last, open, fmt.Errorf("read deadlines: %w", err)
		}
		for _, node := range answer.Nodes {
			if node.Status != completed && node.Status != closed {
				open++
			}
			for _, part := range node.SubOrders {
				for _, d := range part.Deadlines {
					if d.Kind == "COMPLETE" {
						completion = later(completion, d.DueAt)
					} else {
						last = later(last, d.DueAt)
					}
				}
			}
		}
	}
	if last.IsZero() {
		last = completion
	}
	return last, open, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
