package aftersale_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

func TestWhatShortagesDoNotAllow(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id := m.short(sku, 5, 2)
		refused := func(name string, want fault.Code, err error) {
			t.Helper()
			if !fault.Is(err, want) {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		refused("choose without an offer", fault.ActionNotAllowed,
			p.choose(id, vocab.OptionTransfer))
		refused("no such choice", fault.InvalidInput, p.choose(id, "GIFT"))
		refused("nothing is there", fault.OutOfStock, m.offer(id, vocab.OptionTransfer))
		offer := func(at globalid.ID, options ...vocab.ShortageOption) error {
			_, err := m.shortages.Offer(m.merchant(),
				aftersale.ShortageOffer{Shortage: id, Options: options, Warehouse: at})
			return err
		}
		refused("offer nothing", fault.InvalidInput, offer(globalid.ID{}))
		refused("offer it twice", fault.InvalidInput,
			offer(globalid.ID{}, vocab.OptionRefund, vocab.OptionRefund))
		refused("from nowhere", fault.InvalidInput, offer(globalid.ID{}, vocab.OptionTransfer))
		refused("from where it lacks", fault.InvalidInput,
			offer(m.south.ID, vocab.OptionTransfer))
		refused("from no warehouse", fault.NotFound,
			offer(globalid.New(globalid.Warehouse), vocab.OptionTransfer))
		m.stock(sku, m.north, 5)
		m.must(m.offer(id, vocab.OptionTransfer))
		refused("offer again", fault.ActionNotAllowed, m.offer(id, vocab.OptionRefund))
		refused("choose what is not offered", fault.ActionNotAllowed,
			p.choose(id, vocab.OptionWarehouse))
		m.must(p.choose(id, vocab.OptionRefund))
		refused("choose again", fault.ActionNotAllowed, p.choose(id, vocab.OptionRefund))
		unpaid := m.place(order.Line{Sku: sku.ID, Quantity: 1})
		_, err := unpaid.report(1)
		refused("report of an unpaid order", fault.ActionNotAllowed, err)
		p.moneyBack()
	})
}

func TestWhoMayDoWhatWithShortages(t *testing.T) {
	onMarkets(t, func(m *market) {
		p, id := m.short(m.sku(1000, 10, vocab.OnOrder), 5, 2)
		other := m.bought(m.sku(1000, 1, vocab.OnOrder), 1)
		stranger := auth.With(t.Context(), &auth.Viewer{Role: vocab.Merchant})
		report := func(ctx context.Context) error {
			_, err := m.shortages.Report(ctx, aftersale.ShortageReport{SubOrder: p.sub().ID})
			return err
		}
		offer := func(ctx context.Context) error {
			_, err := m.shortages.Offer(ctx, aftersale.ShortageOffer{Shortage: id})
			return err
		}
		choose := func(ctx context.Context) error {
			_, err := m.shortages.Choose(ctx, aftersale.ShortageChoice{Shortage: id})
			return err
		}
		refund := func(ctx context.Context) error {
			_, err := m.shortages.Refund(ctx, id)
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
			{"a keeper offers", offer, m.keeper(), fault.Forbidden},
			{"another shop offers", offer, stranger, fault.NotFound},
			{"a merchant chooses", choose, m.merchant(), fault.Forbidden},
			{"another buyer chooses", choose, other.buyer, fault.NotFound},
			{"a keeper refunds", refund, m.keeper(), fault.Forbidden},
			{"another buyer refunds", refund, other.buyer, fault.NotFound},
		} {
			if err := tc.do(tc.by); !fault.Is(err, tc.want) {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
			}
		}
		m.want(id, vocab.ShortageOpen, 2)
	})
}

// The buyer, the shop and the clock end a shortage at the same time: one of them does.
func TestAShortageIsRefundedOnce(t *testing.T) {
	onMarkets(t, func(m *market) {
		p, id := m.short(m.sku(1000, 10, vocab.OnOrder), 5, 2)
		merchant := m.merchant()
		m.later(25 * time.Hour)
		ids, err := m.shortages.ClaimDue(t.Context(), 10)
		if err != nil || len(ids) != 1 || ids[0] != id {
			t.Fatalf("claimed %v, %v", ids, err)
		}
		var won atomic.Int64
		var wait sync.WaitGroup
		for _, do := range []func() error{
			func() error { return p.choose(id, vocab.OptionRefund) },
			func() error { _, err := m.shortages.Refund(merchant, id); return err },
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
			if err := m.shortages.RunDue(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
		wait.Wait()
		if won.Load() > 1 {
			t.Errorf("%d commands ended it", won.Load())
		}
		p.wantRefund(2000)
		p.moneyBack()
		m.want(id, vocab.ShortageRefunded, 2)
	})
}
