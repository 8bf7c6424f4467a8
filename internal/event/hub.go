package event

import (
	"context"
	"sync"
	"time"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/internal/globalid"
	"orderflow/internal/health"
	"orderflow/internal/store"
)

// The rest between two reads of the feed: short after one that found entries, longer after each
// that did not. While this process's own sequencer has the lease it is notified of every entry.
const (
	minFeedRest    = 100 * time.Millisecond
	maxFeedRest    = time.Second
	leaderFeedRest = 5 * time.Second

	// readTimeout bounds each read of the feed, and each batch of the sequencer.
	readTimeout = 5 * time.Second
)

// hub wakes the followers of this process whose order or shop has new entries. One goroutine polls
// for all of them; it runs while there are followers.
type hub struct {
	db   *store.DB
	lane *health.Lane // nil: it is not watched

	mu        sync.Mutex
	followers map[globalid.ID]map[chan struct{}]struct{} // by topic; zero: everything
	pollNow   chan struct{}
	stop      func() // returns when the goroutine has ended
	leads     bool   // set by lead
	epoch     int64  // of the feed, as the sequencer has read it last; 0: not yet
	renewed   bool   // the epoch has changed, which the goroutine has not handled yet
}

func newHub(db *store.DB) *hub {
	return &hub{db: db, followers: map[globalid.ID]map[chan struct{}]struct{}{}}
}

// subscribe returns a channel that gets a value after each new entry that may pass the filter, and
// a function that ends the subscription.
func (h *hub) subscribe(filter Filter) (wake <-chan struct{}, unsubscribe func()) {
	topic := filter.Order
	if topic.IsZero() {
		topic = filter.Shop
	}
	ch := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.followers) == 0 {
		h.start()
	}
	if h.followers[topic] == nil {
		h.followers[topic] = map[chan struct{}]struct{}{}
	}
	h.followers[topic][ch] = struct{}{}
	return ch, func() { h.unsubscribe(topic, ch) }
}

// start is called under mu.
func (h *hub) start() {
	ctx, cancel := context.WithCancel(context.Background())
	pollNow, done := make(chan struct{}, 1), make(chan struct{})
	h.pollNow, h.stop = pollNow, func() { cancel(); <-done }
	go func() {
		defer close(done)
		h.poll(ctx, pollNow)
	}()
}

// unsubscribe ends the goroutine with the last follower: the database may be closed next.
func (h *hub) unsubscribe(topic globalid.ID, ch chan struct{}) {
	h.mu.Lock()
	delete(h.followers[topic], ch)
	if len(h.followers[topic]) == 0 {
		delete(h.followers, topic)
	}
	last, stop := len(h.followers) == 0, h.stop
	h.mu.Unlock()
	if last {
		stop()
	}
}

// notify makes the goroutine poll now.
func (h *hub) notify() {
	h.mu.Lock()
	defer h.mu.Unlock()
	wakeUp(h.pollNow) // nil before the first follower: never ready
}

// lead sets whether this process's own sequencer assigns the positions, and so notifies of each.
func (h *hub) lead(leads bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.leads != leads {
		h.leads = leads
		wakeUp(h.pollNow)
	}
}

// setEpoch is told the epoch each time the sequencer reads it.
func (h *hub) setEpoch(epoch int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.epoch != 0 && h.epoch != epoch {
		h.renewed = true
		wakeUp(h.pollNow)
	}
	h.epoch = epoch
}

// knownEpoch is 0 until the epoch was read.
func (h *hub) knownEpoch() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.epoch
}

// learnEpoch keeps an epoch that others than the sequencer have read, unless it has read one.
func (h *hub) learnEpoch(epoch int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.epoch == 0 {
		h.epoch = epoch
	}
}

// takeRenewed reports a change of the epoch once.
func (h *hub) takeRenewed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	renewed := h.renewed
	h.renewed = false
	return renewed
}

func (h *hub) leading() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.leads
}

// poll reads new entries when notified and, because other servers sequence too, after rests. A read
// that fails is retried by the next one; it wakes all followers, so that they get the database's
// error in their own reads.
func (h *hub) poll(ctx context.Context, pollNow <-chan struct{}) {
	commits, unsubscribe := h.db.Commits.Subscribe()
	defer unsubscribe()
	defer h.lane.Rest() // the last follower has left
	rest := store.Rest{Min: minFeedRest, Max: maxFeedRest}
	seen := int64(-1) // not known yet
	for ctx.Err() == nil {
		if h.takeRenewed() {
			seen = -1
		}
		before := seen
		err := h.lane.Round(ctx, func(ctx context.Context) (err error) {
			ctx, cancel := context.WithTimeout(ctx, readTimeout)
			defer cancel()
			seen, err = h.wakeNew(ctx, seen)
			return err
		})
		if err != nil && ctx.Err() == nil {
			h.wakeAll()
		}
		if before >= 0 && seen > before {
			rest.Reset()
		}
		h.wait(ctx, pollNow, commits, &rest)
	}
}

// wait waits until the next read. What this process commits while another has the lease is in the
// feed soon.
func (h *hub) wait(
	ctx context.Context, pollNow, commits <-chan struct{}, rest *store.Rest,
) {
	pause := rest.Next()
	if h.leading() {
		pause = leaderFeedRest
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	var soon <-chan time.Time
	for {
		select {
		case <-pollNow:
			return
		case <-timer.C:
			return
		case <-soon:
			return
		case <-ctx.Done():
			return
		case <-commits:
			if soon == nil && !h.leading() {
				rest.Reset()
				soon = time.After(rest.Next())
			}
		}
	}
}

// wakeNew wakes the followers of the entries after a position and returns the last position. The
// first time it wakes all: they may have read before this head was reached, or in another epoch.
func (h *hub) wakeNew(ctx context.Context, seen int64) (int64, error) {
	const limit = 1000
	if seen < 0 {
		head, err := headOf(ctx, h.db)
		if err != nil {
			return seen, err
		}
		h.wakeAll()
		return head.Position, nil
	}
	for {
		events, err := h.db.Client.Event.Query().Where(event.PositionGT(seen)).
			Order(event.ByPosition()).Limit(limit).
			Select(event.FieldPosition, event.FieldOrderID, event.FieldShopID).All(ctx)
		if err != nil || len(events) == 0 {
			return seen, err
		}
		h.wake(events)
		seen = *events[len(events)-1].Position
		if len(events) < limit {
			return seen, nil
		}
	}
}

func (h *hub) wake(events []*ent.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakeTopic(globalid.ID{})
	for _, e := range events {
		if e.OrderID != nil {
			h.wakeTopic(*e.OrderID)
		}
		if e.ShopID != nil {
			h.wakeTopic(*e.ShopID)
		}
	}
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for topic := range h.followers {
		h.wakeTopic(topic)
	}
}

// wakeTopic is called under mu.
func (h *hub) wakeTopic(topic globalid.ID) {
	for ch := range h.followers[topic] {
		wakeUp(ch)
	}
}

// wakeUp sends a wake-up unless one is pending.
func wakeUp(ch chan<- struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
