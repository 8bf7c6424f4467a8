// Package courier is the port to couriers: what orderflow asks of one and what it believes.
//
// It owns the port's types, so that an adapter (sandbox/courier, …) depends neither on the order
// domain nor on the database. The contract that every adapter keeps is tested by couriertest.Run.
//
// A push and a query give a whole Snapshot of what the courier knows of a parcel, every time. They
// come unordered, late and more than once; whoever applies them merges and drops repetitions.
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
	// Subscribe asks for pushes about a parcel. Asked again it is no error.
	Subscribe(ctx context.Context, parcel Parcel) error
	// Query asks for all that is known now.
	Query(ctx context.Context, parcel Parcel) (Snapshot, error)
	// Intercept asks the courier to bring a parcel back 截件. The answer comes by push or query.
	Intercept(ctx context.Context, parcel Parcel, reason string) error
	// ParsePush verifies and reads a push. An error means that it is not the courier's word.
	ParsePush(r *http.Request) (Push, error)
	// AcceptPush writes the answer that makes the courier stop repeating a push.
	AcceptPush(w http.ResponseWriter)
}

// Parcel names a parcel at a courier. Reference is our shipment's id and comes back in every push.
// Phone is what some carriers need to tell anything; it is never logged.
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

// Snapshot is everything that a courier tells of a parcel, in any order.
type Snapshot struct {
	Carrier string
	Number  string
	Events  []Event
	// Ended says that no more pushes come: the subscription is over.
	Ended bool
	// Interception is the state of an interception that was asked for; empty without one.
	Interception Interception
}

// Event is one thing that happened to a parcel. At is business time. A Correction takes back what
// was told to be final until At.
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
