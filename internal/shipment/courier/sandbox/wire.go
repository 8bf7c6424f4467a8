package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// Carrier is the only carrier code that the sandbox carries.
const Carrier = "SANDBOX"

// maxBody bounds what either side reads from the other.
const maxBody = 1 << 20

// What a signature is for comes first in what it binds, so that none can be used as another.
const (
	forRequest = "request"
	forAnswer  = "answer"
	forPush    = "push"
)

// Code is the reason of a signed refusal.
type Code string

// The codes of refusal.
const (
	CodeBadRequest     Code = "BAD_REQUEST"
	CodeUnknownCarrier Code = "UNKNOWN_CARRIER"
)

// askBody is the body of every call.
type askBody struct {
	Reference   string `json:"reference"`
	Carrier     string `json:"carrier"`
	Number      string `json:"number"`
	Phone       string `json:"phone,omitempty"`
	CallbackURL string `json:"callback_url,omitempty"`
	Reason      string `json:"reason,omitempty"`
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
	told := courier.Snapshot{
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
		told.Events = append(told.Events, courier.Event(e))
	}
	return told, nil
}

type refusal struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return "sandbox: " + string(r.Code) + ": " + r.Message }

func refuse(code Code, format string, args ...any) *refusal {
	return &refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

func decode[T any](body []byte) (T, error) {
	var value T
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&value); err != nil {
		return value, fmt.Errorf("sandbox: not readable: %w", err)
	}
	return value, nil
}
