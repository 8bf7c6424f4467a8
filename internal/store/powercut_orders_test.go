package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/ent"
	entorder "orderflow/ent/order"
	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/dbtest/powercut"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

// outage is a database of orders that loses its power again and again, and what its users know.
type outage struct {
	e       *ordertest.Env // of another database, of which ours is a copy
	sku     *ent.Sku
	buyers  []context.Context
	folder  string
	pragmas []string // of the connection that writes
	draw    *rand.Rand

	mu     sync.Mutex
	placed map[globalid.ID]bool
	paid   map[globalid.ID]bool
	seen   int64 // the position in the feed
}

// shop is what buyers talk to, as long as there is power.
type shop struct {
	disk     *powercut.Disk
	checkout *checkout.Checkout
	payments *payment.Payments
	feed     *event.Feed
}

// loss is what a power cut has done.
type loss struct {
	lost   int   // of what users know
	broken error // the database is not as commands leave it
}

func newOutage(t *testing.T, seed uint64, pragmas ...string) *outage {
	t.Helper()
	e := ordertest.New(t, dbtest.SQLite)
	o := &outage{e: e, sku: e.Sku(1_000_000), folder: t.TempDir(), pragmas: pragmas,
		draw: rand.New(rand.NewPCG(seed, 0)), placed: map[globalid.ID]bool{},
		paid: map[globalid.ID]bool{}}
	for range 8 {
		o.buyers = append(o.buyers, e.NewBuyer())
	}
	_, err := e.DB.SQL().ExecContext(t.Context(), "VACUUM INTO ?", filepath.Join(o.folder, file))
	e.Must(err)
	return o
}

// file is the name of the database in its folder.
const file = "orders.db"

func openFile(t *testing.T, folder, vfs string) (*store.DB, error) {
	return store.Open(t.Context(), "sqlite:"+filepath.Join(folder, file),
		store.Options{SimulatedClock: true, VFS: vfs})
}

// powerCut runs buyers until the power is cut, and looks at what the disk may hold then. The
// database goes on from there.
func (o *outage) powerCut(t *testing.T) loss {
	t.Helper()
	disk := powercut.NewDisk(t, o.folder, powercut.Within(o.draw, 1<<(6+o.draw.IntN(7))))
	db, err := openFile(t, o.folder, powercut.VFS)
	if err == nil {
		for _, pragma := range o.pragmas {
			_, failed := db.SQL().ExecContext(t.Context(), "PRAGMA "+pragma)
			err = errors.Join(err, failed)
		}
		o.run(t, db, disk)
		_ = db.Close() // without power
		disk.Cut()     // if all buyers have failed
	}
	if err != nil && !disk.IsCut() {
		t.Fatal(err)
	}
	o.folder = t.TempDir()
	o.e.Must(disk.After(o.folder, o.draw))
	return o.look(t)
}

// run has the buyers buy until the power is cut.
func (o *outage) run(t *testing.T, db *store.DB, disk *powercut.Disk) {
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	o.e.Must(err)
	s := &shop{disk: disk, feed: event.NewFeed(db),
		checkout: checkout.New(db, o.e.Keys, blind, checkout.Limits{Lines: 10, Quantity: 10}),
		payments: payment.New(db, map[vocab.PaymentChannel]channel.Port{vocab.Sandbox: o.e.Bank},
			o.e.Keys, slog.New(slog.DiscardHandler))}
	ctx, stop := context.WithCancel(t.Context())
	var sequencer, buyers sync.WaitGroup
	sequencer.Go(func() {
		event.NewSequencer(db, s.feed, event.SequencerOptions{}).Run(ctx)
	})
	for _, buyer := range o.buyers {
		buyers.Go(func() {
			var err error
			for err == nil && !disk.IsCut() {
				err = o.buy(buyer, s)
			}
			if err != nil && !disk.IsCut() {
				t.Error(err)
			}
		})
	}
	buyers.Wait()
	stop()
	sequencer.Wait()
}

// acknowledge keeps what somebody was told before the power was cut.
func (o *outage) acknowledge(s *shop, err error, known func()) {
	if err == nil && !s.disk.IsCut() {
		o.mu.Lock()
		defer o.mu.Unlock()
		known()
	}
}

// buy places and pays an order, and looks how far the feed is.
func (o *outage) buy(buyer context.Context, s *shop) error {
	placed, err := s.checkout.Place(buyer, checkout.PlaceInput{Address: ordertest.Address,
		Lines: []checkout.Line{ordertest.Line(o.sku, 1)}, ExpectedPayable: ordertest.Price})
	o.acknowledge(s, err, func() { o.placed[placed.Order] = true })
	if err != nil {
		return err
	}
	started, err := s.payments.Start(buyer,
		payment.StartInput{Order: placed.Order, Channel: vocab.Sandbox})
	if err != nil {
		return err
	}
	attempt := started.Payment.String()
	err = s.payments.Settle(buyer, vocab.Sandbox, channel.Charge{OutTradeNo: attempt,
		State: channel.ChargePaid, TransactionID: "t-" + attempt, Amount: ordertest.Price,
		Currency: string(money.CNY), PaidAt: time.Now()})
	o.acknowledge(s, err, func() { o.paid[placed.Order] = true })
	if err != nil {
		return err
	}
	head, err := s.feed.Head(buyer)
	o.acknowledge(s, err, func() { o.seen = max(o.seen, head) })
	return err
}

// look compares a copy of the database with what users know, and checks it.
func (o *outage) look(t *testing.T) (result loss) {
	t.Helper()
	folder := t.TempDir()
	o.e.Must(os.CopyFS(folder, os.DirFS(o.folder)))
	db, err := openFile(t, folder, "")
	if err != nil {
		return loss{broken: err}
	}
	defer db.Close()
	if result.broken = damage(t.Context(), db, o.e.Keys); result.broken != nil {
		return result
	}
	rows, err := db.Client.Order.Query().Select(entorder.FieldID, entorder.FieldPaidAt).
		All(t.Context())
	o.e.Must(err)
	found := map[globalid.ID]*ent.Order{}
	for _, row := range rows {
		found[row.ID] = row
	}
	for id := range o.placed {
		if row := found[id]; row == nil || o.paid[id] && row.PaidAt == nil {
			result.lost++
		}
	}
	head, err := event.NewFeed(db).Head(t.Context())
	o.e.Must(err)
	if head < o.seen {
		result.lost++
	}
	return result
}

// damage is what SQLite and our own checks find.
func damage(ctx context.Context, db *store.DB, keys *seal.Keyring) error {
	var found string
	err := db.SQL().QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&found)
	if err != nil {
		return err
	}
	if found != "ok" {
		return errors.New(found)
	}
	report, err := verify.Run(ctx, db, keys, nil)
	if err != nil || report.OK() {
		return err
	}
	var text strings.Builder
	return errors.Join(errors.New("verify"), report.Print(&text), fmt.Errorf("%s", &text))
}
