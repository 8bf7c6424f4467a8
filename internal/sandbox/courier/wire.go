package courier

import (
	"fmt"
	"slices"
	"time"

	"orderflow/internal/sandbox"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// Carrier is the only carrier code that the sandbox carries.
const Carrier = "SANDBOX"

// CodeUnknownCarrier refuses a parcel of another carrier.
const CodeUnknownCarrier sandbox.Code = "UNKNOWN_CARRIER"

// callBody is the body of every call.
type callBody struct {
	Reference   string `json:"reference"`
	Carrier     string `json:"carrier"`
	Number      string `json:"number"`
	Phone       string `json:"phone,omitempty"`
	CallbackURL string `json:"callback_url,omitempty"`
	Reason      string `json:"reason,omitempty"`
}

func (b callBody) check() error {
	switch {
	case b.Reference == "" || b.Number == "":
		return sandbox.Refuse(sandbox.CodeBadRequest, "reference and number are needed")
	case b.Carrier != Carrier:
		return sandbox.Refuse(CodeUnknownCarrier, "no carrier %q", b.Carrier)
	}
	return nil
}

type pushBody struct {
	ID        string       `json:"id"`
	Reference string       `json:"reference"`
	Snapshot  snapshotBody `json:"snapshot"`
}

type snapshotBody struct {
	Carrier      string               `json:"carrier"`
	Number       string               `json:"number"`
	Events       []Event              `json:"events"`
	Ended        bool                 `json:"ended,omitempty"`
	Interception courier.Interception `json:"interception,omitempty"`
}

// Event is a courier.Event as JSON.
type Event struct {
	At         time.Time          `json:"at,omitzero"`
	Stage      vocab.CarrierStage `json:"stage"`
	Text       string             `json:"text,omitempty"`
	Location   string             `json:"location,omitempty"`
	Correction bool               `json:"correction,omitempty"`
}

func (e Event) check() error {
	if !slices.Contains(vocab.CarrierStages, e.Stage) {
		return fmt.Errorf("sandbox: there is no stage %q", e.Stage)
	}
	return nil
}

func (b snapshotBody) snapshot() (courier.Snapshot, error) {
	snapshot := courier.Snapshot{
		Carrier: b.Carrier, Number: b.Number, Ended: b.Ended, Interception: b.Interception,
	}
	switch b.Interception {
	case "", courier.InterceptionRequested, courier.InterceptionAccepted,
		courier.InterceptionRefused, courier.InterceptionSucceeded, courier.InterceptionFailed:
	default:
		return courier.Snapshot{}, fmt.Errorf("sandbox: an interception is %q", b.Interception)
	}
	for _, e := range b.Events {
		if err := e.check(); err != nil {
			return courier.Snapshot{}, err
		}
		if e.At.IsZero() {
			return courier.Snapshot{}, fmt.Errorf("sandbox: event %s has no time", e.Stage)
		}
		snapshot.Events = append(snapshot.Events, courier.Event(e))
	}
	return snapshot, nil
}
