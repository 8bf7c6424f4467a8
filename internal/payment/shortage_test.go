package payment_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// twoShops places an order of two shops whose stock runs out before it is paid, pays it, and
// returns it: a shortage of each shop is to be refunded.
func (e *sandboxEnv) twoShops() globalid.ID {
	e.T.Helper()
	a := e.NewSku(ordertest.Sku{Price: 300, South: 1, Mode: vocab.OnPayment})
	b := e.NewSku(ordertest.Sku{Price: 500, South: 1, Mode: vocab.OnPayment,
		Shop: e.AddShop("other", document.ShopPolicy{})})
	var orders []purchase
	for range 2 {
		orders = append(orders, e.place(a, 1, ordertest.Line(b, 1)))
	}
	e.payAll(orders...)
	orders[1].refundShortages(2)
	return orders[1].id
}

// payAll pays orders one after the other.
func (e *sandboxEnv) payAll(orders ...purchase) {
	e.T.Helper()
	for _, p := range orders {
		e.pay(p.start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
	}
}

// shortages reads what an order lacks.
func (p purchase) shortages() []*ent.Shortage {
	return p.DB.Client.Order.GetX(p.T.Context(), p.id).QueryShortages().AllX(p.T.Context())
}

// refundShortages refunds what an order lacks, which are that many shortages.
func (p purchase) refundShortages(want int) {
	p.T.Helper()
	all := p.shortages()
	if len(all) != want {
		p.T.Fatalf("%d shortages, want %d", len(all), want)
	}
	for _, s := range all {
		p.MustID(p.Shortages.Refund(p.buyer, s.ID))
	}
}

func TestRefundsOfOnePaymentKeepTheChannelsSpacing(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		id := e.twoShops()
		statuses := func() (all []vocab.RefundStatus) {
			for _, r := range e.Refunds(id) {
				all = append(all, r.Status)
			}
			slices.Sort(all)
			return all
		}
		e.Run()
		want := []vocab.RefundStatus{vocab.RefundRequested, vocab.RefundSucceeded}
		if got := statuses(); !slices.Equal(got, want) {
			e.T.Errorf("refunds %v, want %v", got, want)
		}
		e.Clock.Advance(59 * time.Second)
		e.Run()
		if got := statuses(); !slices.Equal(got, want) {
			e.T.Errorf("refunds %v, want %v", got, want)
		}
		e.Clock.Advance(time.Second)
		e.Run()
		want[0] = vocab.RefundSucceeded
		if got := statuses(); !slices.Equal(got, want) {
			e.T.Errorf("refunds %v, want %v", got, want)
		}
		if n := e.refundCalls.Load(); n != 2 {
			e.T.Errorf("the channel was called for refunds %d times, want 2", n)
		}
		e.wantClosed(id, vocab.OutOfStock)
		e.wantMoney(id, 800, 800)
	}, func(o *sandbox.Options) { o.Limits.RefundSpacing = time.Minute })
}

func TestARefundThatIsTooEarlyIsRetried(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{})
		e.deliver()
		// Somebody refunds a part at the channel itself, so that ours is too early.
		paid := e.wantVerdict(id, vocab.Counted)
		_, err := e.Payments.Channels[vocab.Sandbox].Refund(e.T.Context(), channel.RefundRequest{
			OutRefundNo: "by-hand", OutTradeNo: id.String(), TransactionID: *paid.TransactionID,
			Amount: 1, Total: payable, Currency: "CNY", Account: "acct",
		})
		if err != nil {
			e.T.Fatal(err)
		}
		got, err := p.closeUnshipped(e.Merchant, 1)
		if err != nil {
			e.T.Fatal(err)
		}
		e.Run()
		e.wantRefund(got.Refund, vocab.RefundRequested)
		e.minuteLater()
		e.wantRefund(got.Refund, vocab.RefundSucceeded)
		e.wantMoney(p.id, payable, 1+payable/2)
	}, func(o *sandbox.Options) { o.Limits.RefundSpacing = 30 * time.Second })
}

func TestAShortageIsRefundedWithItsFreight(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		e.ChargeFreight(800, 0)
		sku := e.NewSku(ordertest.Sku{Price: 1000, South: 3, Mode: vocab.OnPayment})
		var orders []purchase
		for range 3 {
			orders = append(orders, e.place(sku, 2))
		}
		e.payAll(orders...)
		for i, p := range orders {
			p.refundShortages(min(i, 1))
		}
		e.Run()
		e.wantOrder(orders[0].id, vocab.AwaitingShipment)
		e.wantMoney(orders[0].id, 2800, 0)
		e.wantOrder(orders[1].id, vocab.AwaitingShipment)
		e.wantMoney(orders[1].id, 2800, 1000)
		e.wantClosed(orders[2].id, vocab.OutOfStock)
		e.wantMoney(orders[2].id, 2800, 2800)
		r := e.onlyRefund(orders[2].id)
		if r.Freight != 800 || r.Trigger != vocab.TriggerShortage ||
			len(r.Edges.Lines) != 1 || r.Edges.Lines[0].Quantity != 2 {
			e.T.Errorf("refund %+v", r)
		}
	})
}

func TestAGiftComesBackWithItsItem(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		sku, gift := e.Sku(2), e.NewSku(ordertest.Sku{Price: 90, South: 2})
		e.AddGift(sku, gift)
		p := e.place(sku, 2)
		if n := e.Available(gift); n != 0 {
			e.T.Fatalf("%d gifts available, want both reserved", n)
		}
		e.pay(p.start(vocab.Sandbox), sandbox.Payment{})
		e.deliver()
		refund, err := e.CloseUnshipped(e.ItemOf(p.id, sku).ID, 2)
		e.Must(err)
		e.Run()
		e.wantRefund(refund, vocab.RefundSucceeded)
		e.wantClosed(p.id, vocab.MerchantCancelled)
		if n, m := e.Available(sku), e.Available(gift); n != 2 || m != 2 {
			e.T.Errorf("%d and %d gifts available, want all back", n, m)
		}
		e.wantMoney(p.id, 2000, 2000)
	})
}

func TestWhatAPaidOrderLacksIsAShortage(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		sku := e.NewSku(ordertest.Sku{Price: 1000, South: 3, Mode: vocab.OnPayment})
		orders := []purchase{e.place(sku, 2), e.place(sku, 2)}
		e.payAll(orders...)
		lacking := append(orders[0].shortages(), orders[1].shortages()...)
		if len(lacking) != 1 || lacking[0].Quantity != 1 || lacking[0].OrderID != orders[1].id {
			e.T.Errorf("short %+v, want one unit of the second order", lacking)
		}
		e.wantOrder(orders[1].id, vocab.AwaitingShipment)
		names := e.eventNames(orders[1].id)
		if names[len(names)-1] != vocab.EventOrderPaid {
			e.T.Errorf("events %v, want the shortage after the payment", names)
		}
		var ofShop []string
		for _, row := range e.DB.Client.Event.Query().Where(entevent.OrderID(orders[1].id),
			entevent.ShopIDNotNil()).Order(ent.Asc(entevent.FieldSequence)).AllX(e.T.Context()) {
			ofShop = append(ofShop, row.Type)
		}
		want := []string{vocab.ForShop(vocab.EventOrderPaid), vocab.EventShortageReported}
		if got := ofShop[len(ofShop)-2:]; !slices.Equal(got, want) {
			e.T.Errorf("events of the shop %v, want %v in the end", ofShop, want)
		}
		e.wantMoney(orders[1].id, 2000, 0)
	})
}
