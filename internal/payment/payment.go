package payment

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/health"
	"orderflow/internal/money"
	"orderflow/internal/order"
	"orderflow/internal/payment/channel"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// patience is how long a mutation waits for channels; then the server goes on by itself.
	patience = 5 * time.Second
	// lease is how long a claimed row is its claimer's. It outlasts every call.
	lease = 15 * time.Second
	// grace is how long an order waits for a channel that says nothing, counted from the first
	// question after the pay deadline.
	grace = 10 * time.Minute
	// longestPause between two questions about an attempt that is being closed: a planned one is at
	// most a minute. After a longer one the grace begins anew.
	longestPause = 2 * time.Minute
	// doubt is how long an attempt that was given up is queried.
	doubt = 7 * 24 * time.Hour
)

// Payments holds the commands on payments and refunds. Its methods may be called by any goroutine.
type Payments struct {
	DB       *store.DB
	Channels map[vocab.PaymentChannel]channel.Port
	Seal     *seal.Keyring // seals stored notices
	Log      *slog.Logger
	Counters Counters
	// OutsideAlone is up to which amount one person may end a refund as paid outside.
	OutsideAlone int64
	// Hooks is set before the first payment.
	Hooks Hooks
	// Lanes log the outages of channels, once each; those that are left out are not logged.
	Lanes map[vocab.PaymentChannel]*health.Lane

	queues queues
	recent *lru.Cache[globalid.ID, attempt]
}

// attempt is what never changes of an attempt.
type attempt struct {
	order globalid.ID
	by    vocab.PaymentChannel
}

// recentAttempts is how many of the attempts that this server has started it remembers: their
// notices come soon.
const recentAttempts = 10_000

// queues hold what waits at the same moment and is done together.
type queues struct {
	start, settle, expire, refund *order.Queue
	open                          *store.Queue[*opening]
}

// Hooks is called when payments and refunds have consequences above this package, in the
// transaction and on the locked order in which they happen. aftersale.Hooks implements it.
type Hooks interface {
	// PaidShort is called with what no warehouse has of an order that was paid.
	PaidShort(ctx context.Context, l *order.Locked, missing []order.Missing) error
	// Refunded is called when a refund has succeeded and the order has counted it.
	Refunded(ctx context.Context, l *order.Locked, r *ent.Refund) error
}

// Counters count since the start what leaves no row.
type Counters struct {
	UnverifiedNotices atomic.Int64 // not the channel's word
	UnknownPayments   atomic.Int64 // the channel's word about a number that is not ours
	Alarms            atomic.Int64 // things that staff must look at; each is logged as an error
}

// New returns the commands. channels are those that this server offers, each by its own name.
func New(
	db *store.DB, channels map[vocab.PaymentChannel]channel.Port, keys *seal.Keyring, log *slog.Logger,
) *Payments {
	recent, err := lru.New[globalid.ID, attempt](recentAttempts)
	if err != nil {
		panic(err) // it is not given a size below one
	}
	return &Payments{DB: db, recent: recent, Channels: channels, Seal: keys, Log: log,
		OutsideAlone: OutsideAlone, queues: queues{
			start: order.NewQueue(db), settle: order.NewQueue(db), expire: order.NewQueue(db),
			refund: order.NewQueue(db), open: newOpenings(db)}}
}

// StartInput is a request for a payment of an order through a channel.
type StartInput struct {
	Order   globalid.ID
	Channel vocab.PaymentChannel
}

// StartResult names what Start made or found. Problem is set beside it when the buyer cannot pay
// yet (CHANNEL_PENDING) or not by this attempt (CHANNEL_REFUSED). Row is all of the payment, as it
// stood after the channel's answer.
type StartResult struct {
	Order   globalid.ID
	Payment globalid.ID
	Row     *ent.Payment
	Problem *fault.Error
}

// OrderResult names the order that a command worked on. Problem is set beside it when a channel has
// not answered yet (CHANNEL_PENDING) and the order is not where it was wanted.
type OrderResult struct {
	Order   globalid.ID
	Problem *fault.Error
}

// AdjustInput lowers what an order costs to Payable, of which Freight is freight; nil: the goods
// are lowered first, and freight when they cost nothing.
type AdjustInput struct {
	Order   globalid.ID
	Payable money.Money
	Freight *money.Money
}

// UnshippedLine is a quantity of one order item that will not be shipped.
type UnshippedLine struct {
	Item     globalid.ID
	Quantity int64
}

// CloseUnshippedInput names what of a sub-order will not be shipped.
type CloseUnshippedInput struct {
	SubOrder globalid.ID
	Lines    []UnshippedLine
}

// CloseUnshippedResult names the sub-order and the refund of what was closed.
type CloseUnshippedResult struct {
	SubOrder globalid.ID
	Refund   globalid.ID
}

// ResolveInput says how staff dealt with a refund that the channel could not finish. PaidOutside is
// the proof of a payment outside of the channel, such as the number of a bank transfer; empty means
// that the channel was made to pay, and is to be queried.
type ResolveInput struct {
	Refund      globalid.ID
	PaidOutside string
}

// RefundResult names a refund that a command worked on.
type RefundResult struct {
	Refund globalid.ID
}
