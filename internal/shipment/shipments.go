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
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
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
	silence   = 24 * time.Hour      // without a push, the courier is asked
	trackedOn = 60 * 24 * time.Hour // after the handover a courier is asked no more
	linkLife  = 10 * time.Minute    // of a link to pick lists
	maxPush   = 1 << 20             // bytes of one push
	maxEvents = 500                 // tracking events of one parcel
)

// Shipments runs the commands and jobs on parcels. Its methods may be called by any goroutine.
type Shipments struct {
	Counters Counters

	// Tracked is called in the transaction in which the carrier stage of a parcel, of any purpose,
	// has changed, and when a courier gets it. Intercepted is called in the one in which an
	// interception ends by the courier's word (REFUSED, SUCCEEDED, FAILED). Both find the order
	// locked and the row as it is now, the parcel with its items, and add to the order's log. They
	// are set before the first call, or nil.
	Tracked     func(ctx context.Context, tx *store.Tx, l *order.Locked, p *ent.Shipment) error
	Intercepted func(ctx context.Context, tx *store.Tx, l *order.Locked, i *ent.Interception) error

	db       *store.DB
	couriers []courier.Port
	keys     *seal.Keyring
	log      *slog.Logger
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
	return &Shipments{db: db, couriers: couriers, keys: keys, log: log}
}

// Facts is what the parcel table can tell from the row alone. Under the order's lock the commands
// also look at what locks its quantity.
func Facts(p *ent.Shipment) lifecycle.ParcelFacts {
	return lifecycle.ParcelFacts{
		NumberCorrected: p.CorrectedAt != nil,
		Final:           p.CarrierStage != nil && final(*p.CarrierStage),
	}
}

func final(stage vocab.CarrierStage) bool {
	return stage == vocab.CarrierDelivered || stage == vocab.CarrierReturned ||
		stage == vocab.CarrierLost
}

// troubled reports whether the merchant has to act on a parcel in this stage.
func troubled(stage vocab.CarrierStage) bool {
	return stage == vocab.CarrierProblem || stage == vocab.CarrierRefused ||
		stage == vocab.CarrierReturned || stage == vocab.CarrierLost
}

var (
	carrierCode    = regexp.MustCompile(`^[A-Za-z]{2,32}$`)
	trackingNumber = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
)

// checkLabel checks what is written on a parcel. A carrier that no port tracks is any short word.
func (s *Shipments) checkLabel(carrier, number string) error {
	var faults fault.List
	if len(carrier) > 32 || s.portOf(carrier) == nil && !carrierCode.MatchString(carrier) {
		faults.Add("carrier", fault.InvalidInput,
			"It must be a carrier that is tracked here or 2 to 32 letters.")
	}
	if !trackingNumber.MatchString(number) {
		faults.Add("trackingNumber", fault.InvalidInput,
			"It must have 1 to 64 letters, digits or hyphens.")
	}
	return faults.Err()
}

// portOf returns the port that tracks parcels of a carrier, or nil.
func (s *Shipments) portOf(carrier string) courier.Port {
	i := slices.IndexFunc(s.couriers, func(p courier.Port) bool { return p.Carries(carrier) })
	if i < 0 {
		return nil
	}
	return s.couriers[i]
}

// viewerIn returns who asks when it has one of the roles. Faults: UNAUTHENTICATED, FORBIDDEN.
func viewerIn(ctx context.Context, roles ...vocab.Role) (*auth.Viewer, error) {
	v := auth.From(ctx)
	if v == nil {
		return nil, fault.New(fault.Unauthenticated, "A token is needed.")
	}
	if !slices.Contains(roles, v.Role) {
		return nil, fault.New(fault.Forbidden, "Your role may not do this.")
	}
	return v, nil
}

// packer is viewerIn for whoever may do the steps in the warehouse.
func packer(ctx context.Context) (*auth.Viewer, error) {
	return viewerIn(ctx, vocab.Merchant, vocab.Warehouse)
}

// parcel reads a parcel that the viewer may work on. Fault: NOT_FOUND.
func (s *Shipments) parcel(
	ctx context.Context, v *auth.Viewer, id globalid.ID,
) (*ent.Shipment, error) {
	p, err := s.db.Client.Shipment.Query().Where(entshipment.ID(id)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(p.ShopID) {
		return nil, noParcel()
	}
	return p, err
}

func noParcel() error { return fault.New(fault.NotFound, "There is no such parcel.") }

func conflictOr(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "The parcel was changed meanwhile; read it again.")
}
