package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"orderflow/internal/shipment/courier"
)

// Action is what a Control wants.
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

func (p *Peer) serveControl(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	want, err := decode[Control](body)
	if err == nil {
		err = want.check()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := p.control(r.Context(), want); err != nil {
		p.refusePublic(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
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

func (p *Peer) control(ctx context.Context, want Control) error {
	parcel := courier.Parcel{
		Reference: want.Reference, Carrier: want.Carrier, Number: want.Number,
	}
	switch want.Action {
	case ActionAdd:
		return p.Add(ctx, parcel, courier.Event(want.Event))
	case ActionCorrect:
		return p.Correct(ctx, parcel, courier.Event(want.Event))
	case ActionPush:
		return p.Push(ctx, want.Reference)
	case ActionPushOld:
		return p.PushOld(ctx, want.Reference, want.Count)
	case ActionRepeat:
		return p.Repeat(ctx, want.Reference, want.Count)
	case ActionStop:
		return p.Stop(ctx, want.Reference)
	case ActionIntercept:
		return p.AnswerInterception(ctx, parcel, want.Answer)
	case ActionFault:
		return p.AddFault(ctx, want.Fault)
	case ActionClear:
		return p.ClearFaults(ctx)
	default:
		_, err := p.Deliver(ctx)
		return err
	}
}

func (p *Peer) serveSubscriptions(w http.ResponseWriter, r *http.Request) {
	found, err := p.Subscriptions(r.Context())
	if err != nil {
		p.fail(w, "", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(found)
}
