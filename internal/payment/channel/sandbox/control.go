package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"orderflow/internal/payment/channel"
)

// Action is what a Control wants.
type Action string

// The actions.
const (
	ActionFault   Action = "fault"   // AddFault
	ActionClear   Action = "clear"   // ClearFaults
	ActionRelease Action = "release" // ReleaseNotices of No
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
		return p.ReleaseNotices(ctx, want.No)
	case ActionSettle:
		return p.SettleRefund(ctx, want.No, want.State)
	default:
		_, err := p.Deliver(ctx)
		return err
	}
}

func (p *Peer) serveLedger(w http.ResponseWriter, r *http.Request) {
	ledger, err := p.Ledger(r.Context())
	if err != nil {
		p.fail(w, "", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(ledger)
}
