package courier

import (
	"context"
	"fmt"

	"orderflow/internal/sandbox"
)

// Fault is misbehaviour ordered in advance. It is stored, and used up by the calls that it fits.
type Fault struct {
	Kind      FaultKind `json:"kind"`
	Op        Op        `json:"op,omitempty"`        // empty: any call
	Reference string    `json:"reference,omitempty"` // empty: any parcel
	Times     int       `json:"times,omitempty"`     // how often; 0 is once
}

func (f Fault) check() error {
	if !f.Kind.OfCalls() {
		return fmt.Errorf("sandbox: there is no fault %q", f.Kind)
	}
	return nil
}

// AddFault orders a fault. Of several that fit, the oldest is used first.
func (p *Peer) AddFault(ctx context.Context, f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	return p.StoreFault(ctx, sandbox.Fault{
		Kind: f.Kind, Op: f.Op, Subject: f.Reference, Times: f.Times,
	})
}
