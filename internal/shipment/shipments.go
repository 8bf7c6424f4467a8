package shipment

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"sync/atomic"
	"time"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/auth"
	"orderflow/internal/carrier"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/health"
	"orderflow/internal/order"
	"orderflow/internal/seal"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	maxLines  = 100 // lines of one parcel
	maxBulk   = 100 // entries of one bulk command
	patience  = 10 * time.Second
	lease     = 40 * time.Second    // of a claimed parcel; it outlasts every call
	silence   = 24 * time.Hour      // without a push, the courier is queried
	trackedOn = 60 * 24 * time.Hour // after the handover a courier is queried no more
	linkLife  = 10 * time.Minute    // of a link to pick lists
	maxPush   = 1 << 20             // bytes of one push
	maxEvents = 500                 // tracking events of one parcel
)

// Shipments runs the commands and jobs on parcels. Its methods may be called by any goroutine.
type Shipments struct {
	Counters Counters

	// Hooks is set before the first call.
	Hooks Hooks
	// Carriers are those that parcels may go by; New sets the built-in list.
	Carriers *carrier.List
	// Lanes log the outages of couriers by their names, once each; those that are left out are not
	// logged.
	Lanes map[string]*health.Lane

	db       *store.DB
	couriers []courier.Port
	keys     *seal.Keyring
	log      *slog.Logger
}

// Hooks is called when a parcel's track has consequences above this package, in the transaction and
// on the locked order in which they happen. aftersale.Hooks implements it.
type Hooks interface {
	// ParcelTracked is called when the carrier stage of a parcel, of any purpose, has changed, and
	// when a courier gets it or turns out not to have it. The parcel has its items.
	ParcelTracked(ctx context.Context, l *order.Locked, p *ent.Shipment) error
	// InterceptionAnswered is called when an interception has ended by the word of the courier, or of
	// staff who telephoned it (REFUSED, SUCCEEDED, FAILED).
	InterceptionAnswered(ctx context.Context, l *order.Locked, i *ent.Interception) error
}

// Counters count since the start what leaves no row.
type Counters struct {
	UnverifiedPushes atomic.Int64 // not the courier's word
	UnknownPushes    atomic.Int64 // the courier's word about a parcel that is not ours
}

// New returns the commands over a database. couriers are those that track parcels here; keys opens
// addresses and seals links.
func New(
	db *store.DB, couriers []courier.Port, keys *seal.Keyring, log *slog.Logger,
) *Shipments {
	return &Shipments{Carriers: carrier.BuiltIn(), db: db, couriers: couriers, keys: keys, log: log}
}

var trackingNumber = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// checkLabel checks what is written on a parcel and returns the carrier's code as the list has it.
// Faults: INVALID_INPUT at carrier and trackingNumber.
func (s *Shipments) checkLabel(carrier, number string) (code string, err error) {
	var faults fault.List
	listed, found := s.Carriers.Find(carrier)
	if !found {
		faults.Add("carrier", fault.InvalidInput,
			"It must be the code of a carrier, such as SF or ZTO; the query carriers lists them.")
	}
	if !trackingNumber.MatchString(number) {
		faults.Add("trackingNumber", fault.InvalidInput,
			"It must have 1 to 64 letters, digits or hyphens.")
	}
	return listed.Code, faults.Err()
}

// Tracks reports whether a courier is asked about parcels of a carrier here. Of others people
// report where they are.
func (s *Shipments) Tracks(carrier string) bool { return s.portOf(carrier) != nil }

// portOf returns the port that tracks parcels of a carrier, or nil.
func (s *Shipments) portOf(carrier string) courier.Port {
	i := slices.IndexFunc(s.couriers, func(p courier.Port) bool { return p.Carries(carrier) })
	if i < 0 {
		return nil
	}
	return s.couriers[i]
}

// packer returns the viewer when it may do the steps in the warehouse. Faults: UNAUTHENTICATED,
// FORBIDDEN.
func packer(ctx context.Context) (*auth.Viewer, error) {
	return auth.Require(ctx, vocab.Merchant, vocab.Warehouse)
}

// parcel reads a parcel that the viewer may work on. Fault: NOT_FOUND.
func (s *Shipments) parcel(
	ctx context.Context, v *auth.Viewer, id globalid.ID,
) (*ent.Shipment, error) {
	p, err := s.db.Client.Shipment.Query().Where(entshipment.ID(id)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.Concerns(p.BuyerID, p.ShopID) {
		return nil, noParcel()
	}
	return p, err
}

func noParcel() error { return fault.New(fault.NotFound, "There is no such parcel.") }
