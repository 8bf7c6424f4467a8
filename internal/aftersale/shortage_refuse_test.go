package aftersale_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

func TestWhatShortagesDoNotAllow(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id := buyShort(e, sku, 5, 2)
		refused := func(name string, want fault.Code, err error) {
			t.Helper()
			if !fault.Is(err, want) {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		refused("choose without an offer", fault.ActionNotAllowed,
			p.choose(id, vocab.OptionTransfer))
		refused("no such choice", fault.InvalidInput, p.choose(id, "GIFT"))
		refused("nothing is there", fault.OutOfStock, offer(e, id, vocab.OptionTransfer))
		offerFrom := func(at globalid.ID, options ...vocab.ShortageOption) error {
			_, err := e.Shortages.Offer(e.Merchant,
				shortage.Offer{Shortage: id, Options: options, Warehouse: at})
			return err
		}
		refused("offer nothing", fault.InvalidInput, offerFrom(globalid.ID{}))
		refused("offer it twice", fault.InvalidInput,
			offerFrom(globalid.ID{}, vocab.OptionRefund, vocab.OptionRefund))
		refused("from nowhere", fault.InvalidInput, offerFrom(globalid.ID{}, vocab.OptionTransfer))
		refused("from where it lacks", fault.InvalidInput,
			offerFrom(e.South.ID, vocab.OptionTransfer))
		refused("from no warehouse", fault.NotFound,
			offerFrom(globalid.New(globalid.Warehouse), vocab.OptionTransfer))
		e.AddStock(sku, e.North, 5)
		e.Must(offer(e, id, vocab.OptionTransfer))
		refused("offer again", fault.ActionNotAllowed, offer(e, id, vocab.OptionRefund))
		refused("choose what is not offered", fault.ActionNotAllowed,
			p.choose(id, vocab.OptionWarehouse))
		e.Must(p.choose(id, vocab.OptionRefund))
		refused("choose again", fault.ActionNotAllowed, p.choose(id, vocab.OptionRefund))
		unpaid := place(e, sku, 1)
		_, err := unpaid.report(1)
		refused("report of an unpaid order", fault.ActionNotAllowed, err)
		p.settleRefunds()
	})
}

func TestWhoMayDoWhatWithShortages(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		p, id := buyShort(e, e.Sku(10), 5, 2)
		other := buy(e, e.Sku(1), 1)
		stranger := auth.With(t.Context(), &auth.Viewer{Role: vocab.Merchant})
		report := func(ctx context.Context) error {
			_, err := e.Shortages.Report(ctx, shortage.Report{SubOrder: p.sub().ID})
			return err
		}
		offer := func(ctx context.Context) error {
			_, err := e.Shortages.Offer(ctx, shortage.Offer{Shortage: id})
			return err
		}
		choose := func(ctx context.Context) error {
			_, err := e.Shortages.Choose(ctx, shortage.Choice{Shortage: id})
			return err
		}
		refund := func(ctx context.Context) error {
			_, err := e.Shortages.Refund(ctx, id)
			return err
		}
		for _, tc := range []struct {
			name string
			do   func(context.Context) error
			by   context.Context
			want fault.Code
		}{
			{"nobody reports", report, t.Context(), fault.Unauthenticated},
			{"a buyer reports", report, p.buyer, fault.Forbidden},
			{"another shop reports", report, stranger, fault.NotFound},
			{"the warehouse offers", offer, e.Warehouse, fault.Forbidden},
			{"another shop offers", offer, stranger, fault.NotFound},
			{"a merchant chooses", choose, e.Merchant, fault.Forbidden},
			{"another buyer chooses", choose, other.buyer, fault.NotFound},
			{"the warehouse refunds", refund, e.Warehouse, fault.Forbidden},
			{"another buyer refunds", refund, other.buyer, fault.NotFound},
		} {
			if err := tc.do(tc.by); !fault.Is(err, tc.want) {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
			}
		}
		wantShortage(e, id, vocab.ShortageOpen, 2)
	})
}

// The buyer, the shop and the clock end a shortage at the same time: one of them does.
func TestAShortageIsRefundedOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		p, id := buyShort(e, e.Sku(10), 5, 2)
		merchant := e.Merchant
		e.Move(25 * time.Hour)
		ids, err := e.DB.Take(t.Context(), shortage.Due, 10)
		if err != nil || len(ids) != 1 || ids[0] != id {
			t.Fatalf("claimed %v, %v", ids, err)
		}
		var won atomic.Int64
		var wait sync.WaitGroup
		for _, do := range []func() error{
			func() error { return p.choose(id, vocab.OptionRefund) },
			func() error { _, err := e.Shortages.Refund(merchant, id); return err },
		} {
			wait.Go(func() {
				if err := do(); err == nil {
					won.Add(1)
				} else if !fault.Is(err, fault.ActionNotAllowed) {
					t.Error(err)
				}
			})
		}
		wait.Go(func() {
			if err := e.Shortages.RunDue(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
		wait.Wait()
		if won.Load() > 1 {
			t.Errorf("%d commands ended it", won.Load())
		}
		p.wantRefund(2000)
		p.settleRefunds()
		wantShortage(e, id, vocab.ShortageRefunded, 2)
	})
}
