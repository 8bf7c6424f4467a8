package bench

import (
	"slices"
	"time"

	"orderflow/internal/store"
)

// Figures are the results of one round, or the medians of several. A piece is an order or a list.
// Nil is unknown, as all times per piece are in a round without a piece.
type Figures struct {
	Pieces    int      `json:"pieces"`
	Seconds   float64  `json:"seconds"`
	PerSecond float64  `json:"per_second"`
	P50       *float64 `json:"p50_ms"`
	P99       *float64 `json:"p99_ms"`
	// CPU is milliseconds of processor time per piece.
	ServerCPU   *float64 `json:"server_cpu_ms"`
	DatabaseCPU *float64 `json:"database_cpu_ms"`
	ClientCPU   *float64 `json:"client_cpu_ms"`

	Exchange

	// Kinds has the times of each kind of piece, where a workload has several.
	Kinds map[string]Times `json:"kinds,omitempty"`
}

// Times are those of the pieces of one kind.
type Times struct {
	Pieces int      `json:"pieces"`
	P50    *float64 `json:"p50_ms"`
	P99    *float64 `json:"p99_ms"`
}

// Exchange is what a side and its database exchange per piece. Nil is unknown.
type Exchange struct {
	Statements    *float64 `json:"statements"`
	RowsRead      *float64 `json:"rows_read"`
	RowsWritten   *float64 `json:"rows_written"`
	BytesSent     *float64 `json:"bytes_sent"`
	BytesReceived *float64 `json:"bytes_received"`
}

// Measured returns the figures of a round from its duration and the time of each piece.
func Measured(pieces []time.Duration, lasted time.Duration) Figures {
	f := Figures{Pieces: len(pieces), Seconds: lasted.Seconds()}
	if f.Pieces > 0 {
		f.PerSecond = float64(f.Pieces) / f.Seconds
		times := timesOf(pieces)
		f.P50, f.P99 = times.P50, times.P99
	}
	return f
}

func timesOf(pieces []time.Duration) Times {
	return Times{Pieces: len(pieces), P50: milliseconds(Percentile(pieces, 50)),
		P99: milliseconds(Percentile(pieces, 99))}
}

// PerPiece divides processor time by the pieces of the round.
func (f Figures) PerPiece(used time.Duration) *float64 {
	if f.Pieces == 0 {
		return nil
	}
	each := *milliseconds(used) / float64(f.Pieces)
	return &each
}

// ExchangePerPiece divides what was exchanged between two counts by the pieces of the round.
func (f Figures) ExchangePerPiece(before, after store.Counts) (e Exchange) {
	if f.Pieces == 0 {
		return e
	}
	each := func(before, after int64) *float64 {
		value := float64(after-before) / float64(f.Pieces)
		return &value
	}
	e.Statements = each(before.Statements, after.Statements)
	e.RowsRead = each(before.RowsRead, after.RowsRead)
	e.RowsWritten = each(before.RowsWritten, after.RowsWritten)
	if before.BytesSent != nil && after.BytesSent != nil {
		e.BytesSent = each(*before.BytesSent, *after.BytesSent)
		e.BytesReceived = each(*before.BytesReceived, *after.BytesReceived)
	}
	return e
}

func milliseconds(d time.Duration) *float64 {
	ms := float64(d) / float64(time.Millisecond)
	return &ms
}

// Side is the result of one side in all rounds.
type Side struct {
	Median Figures   `json:"median"`
	Rounds []Figures `json:"rounds"`
}

// Median takes the median of each column by itself; it is unknown when it is unknown in a round.
// For an even number of rounds it is the mean of the two in the middle.
func Median(rounds []Figures) Figures {
	median := func(column func(f Figures) float64) float64 {
		all := make([]float64, len(rounds))
		for i, f := range rounds {
			all[i] = column(f)
		}
		return middle(all)
	}
	medianIfKnown := func(column func(f Figures) *float64) *float64 {
		all := make([]float64, len(rounds))
		for i, f := range rounds {
			if column(f) == nil {
				return nil
			}
			all[i] = *column(f)
		}
		value := middle(all)
		return &value
	}
	return Figures{
		Pieces:      int(median(func(f Figures) float64 { return float64(f.Pieces) })),
		Seconds:     median(func(f Figures) float64 { return f.Seconds }),
		PerSecond:   median(func(f Figures) float64 { return f.PerSecond }),
		P50:         medianIfKnown(func(f Figures) *float64 { return f.P50 }),
		P99:         medianIfKnown(func(f Figures) *float64 { return f.P99 }),
		ServerCPU:   medianIfKnown(func(f Figures) *float64 { return f.ServerCPU }),
		DatabaseCPU: medianIfKnown(func(f Figures) *float64 { return f.DatabaseCPU }),
		ClientCPU:   medianIfKnown(func(f Figures) *float64 { return f.ClientCPU }),
		Exchange: Exchange{
			Statements:    medianIfKnown(func(f Figures) *float64 { return f.Statements }),
			RowsRead:      medianIfKnown(func(f Figures) *float64 { return f.RowsRead }),
			RowsWritten:   medianIfKnown(func(f Figures) *float64 { return f.RowsWritten }),
			BytesSent:     medianIfKnown(func(f Figures) *float64 { return f.BytesSent }),
			BytesReceived: medianIfKnown(func(f Figures) *float64 { return f.BytesReceived }),
		},
		Kinds: medianOfKinds(rounds, median, medianIfKnown),
	}
}

// medianOfKinds takes the medians of each kind that some round has.
func medianOfKinds(
	rounds []Figures, median func(func(f Figures) float64) float64,
	medianIfKnown func(func(f Figures) *float64) *float64,
) map[string]Times {
	kinds := map[string]Times{}
	for _, round := range rounds {
		for kind := range round.Kinds {
			kinds[kind] = Times{
				Pieces: int(median(func(f Figures) float64 { return float64(f.Kinds[kind].Pieces) })),
				P50:    medianIfKnown(func(f Figures) *float64 { return f.Kinds[kind].P50 }),
				P99:    medianIfKnown(func(f Figures) *float64 { return f.Kinds[kind].P99 }),
			}
		}
	}
	return kinds
}

func middle(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	half := len(all) / 2
	if len(all)%2 == 1 {
		return all[half]
	}
	return (all[half-1] + all[half]) / 2
}

// Percentile returns the smallest of the times that at least p percent of them do not exceed. It
// sorts them.
func Percentile(times []time.Duration, p int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[(len(times)*p+99)/100-1]
}
