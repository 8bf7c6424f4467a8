package health

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// Lanes are the lanes of one server. Its methods may be called by any goroutine.
type Lanes struct {
	log   *slog.Logger
	now   func() time.Time
	limit time.Duration

	mu    sync.Mutex
	lanes []*Lane
}

// New returns no lanes yet. Of one that has not ended a round well for the limit Late reports that
// it is late. now is real time.
func New(log *slog.Logger, now func() time.Time, limit time.Duration) *Lanes {
	return &Lanes{log: log, now: now, limit: limit}
}

// Lane is one loop.
type Lane struct {
	of   *Lanes
	name string

	// Under of.mu.
	since  time.Time // of the first round that has not ended well since the last that has; or zero
	failed bool      // it was logged
	late   bool      // it was logged
}

// Lane adds a lane. The name is for the log and the metric.
func (l *Lanes) Lane(name string) *Lane {
	lane := &Lane{of: l, name: name}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lanes = append(l.lanes, lane)
	return lane
}

// Round runs one round of the lane and returns its error, of which the first of a row is logged.
// What ends because ctx has ended is no failure. A nil lane runs its rounds and is not watched.
func (lane *Lane) Round(ctx context.Context, round func(ctx context.Context) error) error {
	if lane == nil {
		return round(ctx)
	}
	lane.begin()
	err := round(ctx)
	if ctx.Err() != nil {
		lane.Rest()
		return err
	}
	lane.end(ctx, err)
	return err
}

// Report is Round for a round that has ended elsewhere with err. Rounds of one lane may overlap:
// one that ends well makes it well.
func (lane *Lane) Report(ctx context.Context, err error) {
	_ = lane.Round(ctx, func(context.Context) error { return err })
}

// Rest is for a lane whose loop ends: nothing is expected of it.
func (lane *Lane) Rest() {
	if lane == nil {
		return
	}
	lane.of.mu.Lock()
	defer lane.of.mu.Unlock()
	lane.since, lane.failed, lane.late = time.Time{}, false, false
}

func (lane *Lane) begin() {
	lane.of.mu.Lock()
	defer lane.of.mu.Unlock()
	if lane.since.IsZero() {
		lane.since = lane.of.now()
	}
}

func (lane *Lane) end(ctx context.Context, err error) {
	l := lane.of
	l.mu.Lock()
	first, well := err != nil && !lane.failed, err == nil && (lane.failed || lane.late)
	took := l.now().Sub(lane.since)
	lane.failed = err != nil
	if err == nil {
		lane.since, lane.late = time.Time{}, false
	}
	l.mu.Unlock()
	switch {
	case first:
		l.log.ErrorContext(ctx, "a lane fails; it goes on trying", "lane", lane.name, "error", err)
	case well:
		l.log.InfoContext(ctx, "a lane is well again", "lane", lane.name, "after", took)
	}
}

// State is how long a lane has not ended a round well; 0 when it is well or rests.
type State struct {
	Name string
	For  time.Duration
}

// States are those of all lanes, by name.
func (l *Lanes) States() []State {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	states := make([]State, len(l.lanes))
	for i, lane := range l.lanes {
		states[i].Name = lane.name
		if !lane.since.IsZero() {
			states[i].For = max(0, now.Sub(lane.since))
		}
	}
	slices.SortFunc(states, func(a, b State) int { return strings.Compare(a.Name, b.Name) })
	return states
}

// Late names the lanes that are late.
func (l *Lanes) Late() (names []string) {
	for _, s := range l.States() {
		if s.For > l.limit {
			names = append(names, s.Name)
		}
	}
	return names
}

// Watch logs each lane that becomes late, also one that hangs, until ctx ends.
func (l *Lanes) Watch(ctx context.Context) {
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			l.logLate(ctx)
		}
	}
}

func (l *Lanes) logLate(ctx context.Context) {
	l.mu.Lock()
	var late []string
	now := l.now()
	for _, lane := range l.lanes {
		if !lane.late && !lane.since.IsZero() && now.Sub(lane.since) > l.limit {
			lane.late = true
			late = append(late, lane.name)
		}
	}
	l.mu.Unlock()
	for _, name := range late {
		l.log.ErrorContext(ctx, "a lane has not ended a round for too long", "lane", name,
			"limit", l.limit)
	}
}
