package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"time"

	"orderflow/internal/store"
)

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
	counted, err := m.counts(ctx, api)
	if err != nil {
		return f, err
	}
	before := processTimes(processes)
	seed, begin := uint64(m.runs/2), time.Now() // both sides of a round have one seed
	took, err := runClients(ctx, clients,
		func(i int) bool { return i < enough && (i == 0 || time.Since(begin) < m.SideDuration) },
		func(ctx context.Context, i int) error { return do(ctx, seed, uint64(i)) })
	if err != nil {
		return f, fmt.Errorf("%s, %d clients: %w", j.name, clients, err)
	}
	f = j.figures(took, time.Since(begin))
	if err := m.settle(ctx); err != nil {
		return f, err
	}
	for i, to := range []**float64{&f.ServerCPU, &f.DatabaseCPU, &f.ClientCPU} {
		after, known := processTime(processes[i])
		if known && before[i] != nil {
			*to = f.PerPiece(after - *before[i])
		}
	}
	exchanged, err := m.counts(ctx, api)
	if err != nil {
		return f, err
	}
	f.Exchange = f.ExchangePerPiece(counted, exchanged)
	m.runs++
	m.progress("run", m.runs, m.all)
	return f, nil
}

// figures are those of a run, and of each kind of piece in it.
func (j workload) figures(pieces []timed, lasted time.Duration) Figures {
	all, kinds := make([]time.Duration, len(pieces)), map[string][]time.Duration{}
	for at, p := range pieces {
		all[at] = p.took
		if j.kind != nil {
			kind := j.kind(uint64(p.piece))
			kinds[kind] = append(kinds[kind], p.took)
		}
	}
	f := Measured(all, lasted)
	for kind, took := range kinds {
		if f.Kinds == nil {
			f.Kinds = map[string]Times{}
		}
		f.Kinds[kind] = timesOf(took)
	}
	return f
}

// counts returns what a side and its database have exchanged so far.
func (m *sampler) counts(ctx context.Context, api bool) (store.Counts, error) {
	if api {
		return m.server.counts(ctx)
	}
	return m.counters.Counts(), nil
}

func processTimes(processes [3]int) (clocks [3]*time.Duration) {
	for i, pid := range processes {
		if used, known := processTime(pid); known {
			clocks[i] = &used
		}
	}
	return clocks
}
