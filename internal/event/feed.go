package event

import (
	"context"
	"fmt"
	"iter"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/ent/feedhead"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/health"
	"orderflow/internal/store"
)

const pageSize = 200

// Feed reads the feed. A process has one, which polls for new entries on behalf of all followers,
// and only while there are any.
type Feed struct {
	db  *store.DB
	hub *hub
}

// NewFeed makes the feed of this process.
func NewFeed(db *store.DB) *Feed { return &Feed{db: db, hub: newHub(db)} }

// Watch has the poll for new entries watched as a lane. It is called before the first follower.
func (f *Feed) Watch(lane *health.Lane) { f.hub.lane = lane }

// Filter selects the events to follow; the zero value means all.
type Filter struct {
	Order globalid.ID // zero: of any order, and of none
	Shop  globalid.ID // zero: of any shop, and of whole orders
	Types []string    // none: of any type
}

// Entry is an event of the feed, with the cursor that goes on after it.
type Entry struct {
	*ent.Event
	Cursor Cursor
}

// Head is the last assigned position; 0 before the first event.
func (f *Feed) Head(ctx context.Context) (int64, error) {
	head, err := headOf(ctx, f.db)
	if err != nil {
		return 0, err
	}
	return head.Position, nil
}

// Oldest is the first position that followers may still ask for.
func (f *Feed) Oldest(ctx context.Context) (int64, error) {
	head, err := headOf(ctx, f.db)
	if err != nil {
		return 0, err
	}
	return head.Oldest, nil
}

func headOf(ctx context.Context, db *store.DB) (*ent.FeedHead, error) {
	head, err := db.Client.FeedHead.Query().Where(feedhead.ID(headID)).Only(ctx)
	if ent.IsNotFound(err) {
		return &ent.FeedHead{Oldest: 1}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("feed head: %w", err)
	}
	return head, nil
}

// Follow returns the events after the cursor and then new ones as they are committed; without a
// cursor those after this call. Each is delivered once, in order, with its Position. The stream
// ends without an error when ctx does; any other end is an error, its last value. It reads at the
// pace of its consumer, holds no connection in between, and may be ranged over again.
//
// Events are read through the given client, whose scope decides what the follower sees; jobs pass
// the client of store.DB.
//
// Faults: BAD_USER_INPUT for a cursor that this feed never issued; CURSOR_EXPIRED for one of
// another epoch, and when events after the cursor are no longer kept. A new epoch ends a stream
// too, and so does pruning that of a very slow consumer.
func (f *Feed) Follow(
	ctx context.Context, read *ent.Client, filter Filter, after *Cursor,
) (iter.Seq2[Entry, error], error) {
	start, err := f.start(ctx, after)
	if err != nil {
		return nil, err
	}
	return func(yield func(Entry, error) bool) {
		// Subscribing comes before the first read, so that no later entry is missed.
		wake, unsubscribe := f.hub.subscribe(filter)
		defer unsubscribe()
		for at := start; ctx.Err() == nil; {
			next, err := f.page(ctx, read, filter, at)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range next.events {
				cursor := Cursor{Epoch: next.end.Epoch, Position: *e.Position}
				if ctx.Err() != nil || !yield(Entry{e, cursor}, nil) {
					return
				}
			}
			at = next.end
			if next.more {
				continue
			}
			select {
			case <-wake:
			case <-ctx.Done():
			}
		}
	}, nil
}

// start is the place after which a stream begins. Its epoch is 0 where the feed has no head yet.
func (f *Feed) start(ctx context.Context, after *Cursor) (Cursor, error) {
	head, err := headOf(ctx, f.db)
	if err != nil {
		return Cursor{}, err
	}
	start := Cursor{Epoch: head.Epoch, Position: head.Position}
	switch {
	case after == nil:
		return start, nil
	case *after != Cursor{} && after.Epoch != head.Epoch:
		return Cursor{}, otherEpoch()
	case after.Position > head.Position:
		return Cursor{}, fault.New(fault.BadUserInput, "This cursor is ahead of the feed.")
	}
	start.Position = after.Position
	return start, checkRetention(head, start.Position)
}

// checkRetention fails when events after a position are no longer kept.
func checkRetention(head *ent.FeedHead, after int64) error {
	if after+1 < head.Oldest {
		return fault.New(fault.CursorExpired,
			"Events after this cursor are no longer kept; read the present state and follow anew.")
	}
	return nil
}

// page is the result of one read of the feed.
type page struct {
	events []*ent.Event
	end    Cursor // the follower has received everything up to here
	more   bool
}

func (f *Feed) page(
	ctx context.Context, read *ent.Client, filter Filter, after Cursor,
) (page, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	// The head is read first: events placed later may be on the page, none up to the head is missed.
	head, err := headOf(ctx, f.db)
	if err != nil {
		return page{}, err
	}
	if after.Epoch == 0 {
		after.Epoch = head.Epoch
	}
	if after.Epoch != head.Epoch {
		return page{}, otherEpoch()
	}
	if head.Position <= after.Position {
		return page{end: after}, nil
	}
	if err := checkRetention(head, after.Position); err != nil {
		return page{}, err
	}
	events, err := f.read(ctx, read, filter, after)
	if err != nil {
		return page{}, err
	}
	next := page{events: events, end: after, more: len(events) == pageSize}
	next.end.Position = head.Position
	if len(events) > 0 {
		if last := *events[len(events)-1].Position; next.more || last > head.Position {
			next.end.Position = last
		}
	}
	return next, nil
}

// read reads nothing when a restored database has taken the place of the one whose head was read:
// the next page notices it.
func (f *Feed) read(
	ctx context.Context, read *ent.Client, filter Filter, after Cursor,
) ([]*ent.Event, error) {
	query := read.Event.Query().Where(event.PositionGT(after.Position), inEpoch(after.Epoch))
	if !filter.Order.IsZero() {
		query.Where(event.OrderID(filter.Order))
	}
	if !filter.Shop.IsZero() {
		query.Where(event.ShopID(filter.Shop))
	}
	if len(filter.Types) > 0 {
		query.Where(event.TypeIn(filter.Types...))
	}
	events, err := query.Order(event.ByPosition()).Limit(pageSize).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("events of the feed: %w", err)
	}
	return events, nil
}
