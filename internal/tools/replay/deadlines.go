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

// What a killed server had claimed is due again when the claim has run out, after a minute at the
// most.
const (
	claimPause = time.Second
	maxPauses  = 75
)

// passDeadlines moves the clock past all deadlines of the orders, and past those that follow from
// them. When deadlines have passed and orders are open all the same, it waits for their claims.
func (r *replay) passDeadlines(ctx context.Context) error {
	for rounds, pauses := 0, 0; rounds < maxRounds && pauses < maxPauses; {
		last, open, err := r.deadlines(ctx)
		if err != nil {
			return err
		}
		r.opts.Progress("end", len(r.orders)-open, len(r.orders))
		if open == 0 || last.IsZero() {
			return nil
		}
		now, err := r.now(ctx)
		if err != nil {
			return err
		}
		if last.After(now) {
			rounds++
		} else {
			pauses++
			select {
			case <-time.After(claimPause):
			case <-ctx.Done():
				return ctx.Err()
			}
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
