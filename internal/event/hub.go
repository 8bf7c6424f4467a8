package event

import (
	"context"
	"sync"
	"time"

	"orderflow/ent"
	"orderflow/ent/feedentry"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// hub wakes the followers of this process whose order or shop has something new. One goroutine
// looks for all of them; it lives while there are followers.
type hub struct {
	db *store.DB

	mu        sync.Mutex
	followers map[globalid.ID]map[chan struct{}]struct{} // the zero id: of everything
	nudged    chan struct{}
	stop      func() // returns when the goroutine has ended
}

func newHub(db *store.DB) *hub {
	return &hub{db: db, followers: map[globalid.ID]map[chan struct{}]struct{}{}}
}

// join returns a channel that gets a value after each new entry that may pass the filter, and a
// function that ends it.
func (h *hub) join(filter Filter) (wake <-chan struct{}, leave func()) {
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
	return ch, func() { h.leave(topic, ch) }
}

// start is called under mu.
func (h *hub) start() {
	ctx, cancel := context.WithCancel(context.Background())
	nudged, done := make(chan struct{}, 1), make(chan struct{})
	h.nudged, h.stop = nudged, func() { cancel(); <-done }
	go func() {
		defer close(done)
		h.watch(ctx, nudged)
	}()
}

// leave leaves nothing behind that reads: the database may be closed next.
func (h *hub) leave(topic globalid.ID, ch chan struct{}) {
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

// nudge spares the followers the wait for the next look.
func (h *hub) nudge() {
	h.mu.Lock()
	defer h.mu.Unlock()
	wakeUp(h.nudged) // nil before the first follower: never ready
}

// watch looks when it is nudged and, because other servers place too, every now and then. A look
// that fails is left to the next one; followers meet the database's errors in their own reads.
func (h *hub) watch(ctx context.Context, nudged <-chan struct{}) {
	tick := time.NewTicker(feedPoll)
	defer tick.Stop()
	seen, err := headOf(ctx, h.db)
	for err != nil && ctx.Err() == nil {
		h.wait(ctx, nudged, tick)
		seen, err = headOf(ctx, h.db)
	}
	h.wakeAll() // followers may have looked before this head was reached
	for ctx.Err() == nil {
		h.wait(ctx, nudged, tick)
		seen = h.look(ctx, seen)
	}
}

func (h *hub) wait(ctx context.Context, nudged <-chan struct{}, tick *time.Ticker) {
	select {
	case <-nudged:
	case <-tick.C:
	case <-ctx.Done():
	}
}

// look wakes who is concerned by the entries after a position and returns the last of them.
func (h *hub) look(ctx context.Context, seen int64) int64 {
	const most = 1000
	for {
		entries, err := h.db.Client.FeedEntry.Query().Where(feedentry.IDGT(seen)).
			Order(feedentry.ByID()).Limit(most).
			Select(feedentry.FieldID, feedentry.FieldOrderID, feedentry.FieldShopID).All(ctx)
		if err != nil || len(entries) == 0 {
			return seen
		}
		h.wake(entries)
		seen = entries[len(entries)-1].ID
		if len(entries) < most {
			return seen
		}
	}
}

func (h *hub) wake(entries []*ent.FeedEntry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakeTopic(globalid.ID{})
	for _, entry := range entries {
		if entry.OrderID != nil {
			h.wakeTopic(*entry.OrderID)
		}
		if entry.ShopID != nil {
			h.wakeTopic(*entry.ShopID)
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

// wakeUp wakes one goroutine unless it is awake already.
func wakeUp(ch chan<- struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
