// Package courier is the port to couriers: the calls of one and its pushes.
//
// It owns the port's types, so that an adapter (sandbox/courier, …) depends neither on the order
// domain nor on the database. The contract that every adapter keeps is tested by couriertest.Run.
//
// A push and a query return a whole Snapshot of what the courier knows of a parcel, every time.
// They arrive unordered, late and more than once; the caller merges them and drops repetitions.
package courier

import (
	"context"
	"net/http"
	"time"

	"orderflow/internal/vocab"
)

// Port is one courier, or one service that knows many. Implementations are safe for concurrent use,
// never retry by themselves and return when ctx ends. An error means that nothing is known.
type Port interface {
	// Name is the prefix of its route: /callbacks/<name>.
	Name() string
	// Carries reports whether the port can track parcels of this carrier code.
	Carries(carrier string) bool
	// Subscribe requests pushes about a parcel. Repeating it is no error.
	Subscribe(ctx context.Context, parcel Parcel) error
	// Query returns all that is known now.
	Query(ctx context.Context, parcel Parcel) (Snapshot, error)
	// Intercept requests that the courier returns a parcel 截件. The outcome comes by push or query.
	Intercept(ctx context.Context, parcel Parcel, reason string) error
	// ParsePush verifies and reads a push. An error means that the courier did not sign it.
	ParsePush(r *http.Request) (Push, error)
	// AcceptPush writes the response that makes the courier stop repeating a push.
	AcceptPush(w http.ResponseWriter)
}

// Parcel names a parcel at a courier. Reference is our shipment's id and is part of every push.
// Phone is required by some carriers for queries; it is never logged.
type Parcel struct {
	Reference string
	Carrier   string
	Number    string
	Phone     string
}

// Push is one verified push.
type Push struct {
	Reference string
	Snapshot  Snapshot
	Body      []byte
}

// Snapshot is everything that a courier knows of a parcel, in any order.
type Snapshot struct {
	Carrier string
	Number  string
	Events  []Event
	// Ended is true when the subscription is over: no more pushes come.
	Ended bool
	// Interception is the state of a requested interception; empty without one.
	Interception Interception
}

// Event is one scan of a parcel. At is business time. A Correction revokes what was reported as
// final until At.
type Event struct {
	At         time.Time
	Stage      vocab.CarrierStage
	Text       string
	Location   string
	Correction bool
}

// Interception is the state of an interception at the courier.
type Interception string

// The states of an interception.
const (
	InterceptionRequested Interception = "REQUESTED"
	InterceptionAccepted  Interception = "ACCEPTED"
	InterceptionRefused   Interception = "REFUSED"
	InterceptionSucceeded Interception = "SUCCEEDED"
	InterceptionFailed    Interception = "FAILED"
)
