package store

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// dueWatches are notified of what commits of this process make due.
type dueWatches struct {
	offset atomic.Int64 // of the simulated clock, when NextDue last read it

	mu      sync.RWMutex
	byTable map[string][]*dueWatch
}

type dueWatch struct {
	due   Due
	found func(at time.Time)
}

// written is a row that a transaction has inserted or updated.
type written struct {
	row     *tracked
	columns []string // those that were written
}

// OnDue calls found after each commit of this process that has written tracked rows which are due
// now or later, with the earliest real time at which one may be claimed. A row counts when
// something that the description names was written. found must not block. What other servers and
// plain statements write, NextDue finds.
func (db *DB) OnDue(d Due, found func(at time.Time)) (stop func()) {
	w := &dueWatch{d, found}
	db.due.mu.Lock()
	defer db.due.mu.Unlock()
	if db.due.byTable == nil {
		db.due.byTable = map[string][]*dueWatch{}
	}
	db.due.byTable[d.Table] = append(db.due.byTable[d.Table], w)
	return func() {
		db.due.mu.Lock()
		defer db.due.mu.Unlock()
		db.due.byTable[d.Table] = slices.DeleteFunc(slices.Clone(db.due.byTable[d.Table]),
			func(other *dueWatch) bool { return other == w })
	}
}

// announceDue notifies the watches of what a committed transaction has made due.
func (db *DB) announceDue(tx *Tx) {
	db.due.mu.RLock()
	defer db.due.mu.RUnlock()
	if len(db.due.byTable) == 0 {
		return
	}
	now := moment{business: tx.Now, real: db.RealNow()}
	first := map[*dueWatch]time.Time{}
	for _, w := range tx.changes.written {
		for _, watch := range db.due.byTable[w.row.table] {
			at, due := watch.due.afterWrite(now, w)
			if known, some := first[watch]; due && (!some || at.Before(known)) {
				first[watch] = at
			}
		}
	}
	for watch, at := range first {
		watch.found(at)
	}
}

// afterWrite is the real time from which a written row is due; false when it does not become due or
// nothing that matters for it was written.
func (d Due) afterWrite(now moment, w written) (time.Time, bool) {
	if w.row.deleted || !slices.ContainsFunc(w.columns, d.names) {
		return time.Time{}, false
	}
	return d.after(now, func(column string) any {
		if i := slices.Index(w.row.columns, column); i >= 0 {
			return w.row.stored[i]
		}
		return nil
	})
}

// names reports whether it depends on a column whether or when a row is due.
func (d Due) names(column string) bool {
	return column == d.Column || column == claimedColumn || column == d.Postponed ||
		len(d.Statuses) > 0 && column == statusColumn
}
