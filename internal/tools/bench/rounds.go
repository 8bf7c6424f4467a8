package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"time"
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

// sampler runs one side at a time and samples the processor times of the processes around it.
type sampler struct {
	*environment
	database  int // process; 0 is unknown
	runs, all int
}

// run runs one side of a workload, the server's if api, for the duration of a side or until its
// input is used up. At least one piece is started, however slow the machine.
func (m *sampler) run(
	ctx context.Context, j workload, api bool, clients int,
) (f Figures, err error) {
	do := j.plain
	if api {
		do = j.api
	}
	enough := math.MaxInt
	if j.prepare != nil {
		if enough, err = j.prepare(ctx, api); err != nil {
			return f, err
		}
	}
	processes := [3]int{m.server.process.Process.Pid, m.database, os.Getpid()}
	before := processTimes(processes)
	seed, begin := uint64(m.runs/2), time.Now() // both sides of a round have one seed
	took, err := runClients(ctx, clients,
		func(i int) bool { return i < enough && (i == 0 || time.Since(begin) < m.SideDuration) },
		func(ctx context.Context, i int) error { return do(ctx, seed, uint64(i)) })
	if err != nil {
		return f, fmt.Errorf("%s, %d clients: %w", j.name, clients, err)
	}
	f = Measured(took, time.Since(begin))
	if err := m.settle(ctx); err != nil {
		return f, err
	}
	for i, to := range []**float64{&f.ServerCPU, &f.DatabaseCPU, &f.ClientCPU} {
		after, known := processTime(processes[i])
		if known && before[i] != nil {
			*to = f.PerPiece(after - *before[i])
		}
	}
	m.runs++
	m.progress("run", m.runs, m.all)
	return f, nil
}

func processTimes(processes [3]int) (clocks [3]*time.Duration) {
	for i, pid := range processes {
		if used, known := processTime(pid); known {
			clocks[i] = &used
		}
	}
	return clocks
}

// compareLists reads every kind of list on both sides and fails when they differ.
func (e *environment) compareLists(ctx context.Context) error {
	for _, l := range []struct {
		token string
		plain func(ctx context.Context, of int) ([]byte, error)
	}{{e.client.buyers[0], e.plain.ofBuyer}, {e.client.staff[0], e.plain.ofShop}} {
		body, err := e.client.list(ctx, l.token)
		if err != nil {
			return err
		}
		var page apiPage
		if err := json.Unmarshal(body, &page); err != nil {
			return err
		}
		if body, err = l.plain(ctx, 0); err != nil {
			return err
		}
		var plain plainPage
		if err := json.Unmarshal(body, &plain); err != nil {
			return err
		}
		if got, want := page.contents(), plain.contents(); got != want || got.Orders == 0 {
			return fmt.Errorf("the lists differ: %+v by GraphQL, %+v by SQL", got, want)
		}
	}
	return nil
}

// contents is what two lists of the same orders have in common.
type contents struct {
	Orders, Subs, Items   int
	Payable, OfSubs, Each int64
	More                  bool
}

type payableAmount struct{ Payable struct{ Amount int64 } }

// apiPage is the response to listQuery.
type apiPage struct {
	Orders struct {
		Edges []struct {
			Node struct {
				Price     payableAmount
				SubOrders []struct {
					Price payableAmount
					Items []payableAmount
				}
			}
		}
		PageInfo struct{ HasNextPage bool }
	}
}

func (p apiPage) contents() (c contents) {
	c.Orders, c.More = len(p.Orders.Edges), p.Orders.PageInfo.HasNextPage
	for _, edge := range p.Orders.Edges {
		c.Payable += edge.Node.Price.Payable.Amount
		c.Subs += len(edge.Node.SubOrders)
		for _, s := range edge.Node.SubOrders {
			c.OfSubs += s.Price.Payable.Amount
			c.Items += len(s.Items)
			for _, i := range s.Items {
				c.Each += i.Payable.Amount
			}
		}
	}
	return c
}

func (p plainPage) contents() (c contents) {
	c.Orders, c.More = len(p.Orders), p.HasNextPage
	for _, o := range p.Orders {
		c.Payable += o.Payable
		c.Subs += len(o.SubOrders)
		for _, s := range o.SubOrders {
			c.OfSubs += s.Payable
			c.Items += len(s.Items)
			for _, i := range s.Items {
				c.Each += i.Payable
			}
		}
	}
	return c
}
