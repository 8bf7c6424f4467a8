package courier

import (
	"context"
	"fmt"

	"orderflow/internal/shipment/courier"
)

// Action is what a Control does.
type Action string

// The actions.
const (
	ActionAdd       Action = "add"       // Add of Event
	ActionCorrect   Action = "correct"   // Correct with Event
	ActionPush      Action = "push"      // Push
	ActionPushOld   Action = "push_old"  // PushOld after Count events
	ActionRepeat    Action = "repeat"    // Repeat, Count times
	ActionStop      Action = "stop"      // Stop
	ActionIntercept Action = "intercept" // AnswerInterception with Answer
	ActionFault     Action = "fault"     // AddFault
	ActionClear     Action = "clear"     // ClearFaults
	ActionDeliver   Action = "deliver"   // Deliver
)

// Control is the body of POST /control; the same can be done by the peer's methods.
type Control struct {
	Action    Action               `json:"action"`
	Reference string               `json:"reference,omitempty"`
	Carrier   string               `json:"carrier,omitempty"`
	Number    string               `json:"number,omitempty"`
	Event     Event                `json:"event,omitzero"`
	Count     int                  `json:"count,omitempty"`
	Answer    courier.Interception `json:"answer,omitempty"`
	Fault     Fault                `json:"fault,omitzero"`
}

func (c Control) check() error {
	switch c.Action {
	case ActionAdd, ActionCorrect:
		return c.Event.check()
	case ActionFault:
		return c.Fault.check()
	case ActionPush, ActionPushOld, ActionRepeat, ActionStop, ActionIntercept, ActionClear,
		ActionDeliver:
		return nil
	default:
		return fmt.Errorf("sandbox: there is no action %q", c.Action)
	}
}

func (p *Peer) control(ctx context.Context, c Control) error {
	parcel := courier.Parcel{
		Reference: c.Reference, Carrier: c.Carrier, Number: c.Number,
	}
	switch c.Action {
	case ActionAdd:
		return p.Add(ctx, parcel, courier.Event(c.Event))
	case ActionCorrect:
		return p.Correct(ctx, parcel, courier.Event(c.Event))
	case ActionPush:
		return p.Push(ctx, c.Reference)
	case ActionPushOld:
		return p.PushOld(ctx, c.Reference, c.Count)
	case ActionRepeat:
		return p.Repeat(ctx, c.Reference, c.Count)
	case ActionStop:
		return p.Stop(ctx, c.Reference)
	case ActionIntercept:
		return p.AnswerInterception(ctx, parcel, c.Answer)
	case ActionFault:
		return p.AddFault(ctx, c.Fault)
	case ActionClear:
		return p.ClearFaults(ctx)
	default:
		_, err := p.Deliver(ctx)
		return err
	}
}
