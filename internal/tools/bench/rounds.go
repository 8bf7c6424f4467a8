package bench

import (
	"context"
	"fmt"
	"slices"
)

// measure warms up every workload and runs the rounds: all workloads with all numbers of clients.
// The side that begins alternates.
func (e *environment) measure(
	ctx context.Context, what string, workloads []workload,
) (*Report, error) {
	machine, err := describeMachine(ctx, e.serverDB)
	if err != nil {
		return nil, err
	}
	r := &Report{
		What: what, Machine: machine, Skus: e.Skus, Orders: e.Orders,
		SideSeconds: e.SideDuration.Seconds(),
	}
	m := &sampler{environment: e, database: databaseProcess(ctx, e.serverDB)}
	m.all = 2 * len(workloads) * (1 + e.Rounds*len(e.Clients))
	for _, j := range workloads {
		for _, side := range []bool{true, false} {
			f, err := m.run(ctx, j, side, slices.Max(e.Clients))
			if err != nil {
				return nil, fmt.Errorf("warm up: %w", err)
			}
			r.addWarmUp(side, f)
		}
		for _, clients := range e.Clients {
			r.Rows = append(r.Rows, Row{Work: j.name, Clients: clients})
		}
	}
	for round := range e.Rounds {
		for at := range r.Rows {
			row, j := &r.Rows[at], workloads[at/len(e.Clients)]
			for i := range 2 {
				side := (round+i)%2 == 0
				f, err := m.run(ctx, j, side, row.Clients)
				if err != nil {
					return nil, err
				}
				row.addRound(side, f)
			}
		}
	}
	for at := range r.Rows {
		r.Rows[at].summarize()
	}
	return r, nil
}
