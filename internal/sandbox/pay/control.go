package pay

import (
	"context"
	"fmt"

	"orderflow/internal/payment/channel"
)

// Action is what a Control does.
type Action string

// The actions.
const (
	ActionFault   Action = "fault"   // AddFault
	ActionClear   Action = "clear"   // ClearFaults
	ActionRelease Action = "release" // ReleaseMessages of No
	ActionSettle  Action = "settle"  // SettleRefund of No to State
	ActionDeliver Action = "deliver" // Deliver
)

// Control is the body of POST /control; the same can be done by the peer's methods.
type Control struct {
	Action Action              `json:"action"`
	Fault  Fault               `json:"fault,omitzero"`
	No     string              `json:"no,omitempty"`
	State  channel.RefundState `json:"state,omitempty"`
}

func (c Control) check() error {
	switch c.Action {
	case ActionFault:
		return c.Fault.check()
	case ActionClear, ActionRelease, ActionSettle, ActionDeliver:
		return nil
	default:
		return fmt.Errorf("sandbox: there is no action %q", c.Action)
	}
}

func (p *Peer) control(ctx context.Context, want Control) error {
	switch want.Action {
	case ActionFault:
		return p.AddFault(ctx, want.Fault)
	case ActionClear:
		return p.ClearFaults(ctx)
	case ActionRelease:
		return p.ReleaseMessages(ctx, want.No)
	case ActionSettle:
		return p.SettleRefund(ctx, want.No, want.State)
	default:
		_, err := p.Deliver(ctx)
		return err
	}
}
