package payment_test

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/checkout"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// purchase is an order of a buyer of its own.
type purchase struct {
	*sandboxEnv
	buyer context.Context
	sku   *ent.Sku // of the first line
	id    globalid.ID
}

const payable = 10_000

// place places an order of a new buyer.
func (e *sandboxEnv) place(sku *ent.Sku, units int64, more ...checkout.Line) purchase {
	e.T.Helper()
	p := purchase{sandboxEnv: e, buyer: e.NewBuyer(), sku: sku}
	p.id = e.PlaceAs(p.buyer, append([]checkout.Line{ordertest.Line(sku, units)}, more...)...)
	return p
}

// purchase places an order of two units at 50.00, which are all there is.
func (e *sandboxEnv) purchase(mode vocab.DeductionMode) purchase {
	e.T.Helper()
	return e.place(e.NewSku(ordertest.Sku{Price: payable / 2, South: 2, Mode: mode}), 2)
}

// tryStart starts a payment at the channel SANDBOX.
func (p purchase) tryStart() (payment.StartResult, error) {
	return p.Payments.Start(p.buyer, payment.StartInput{Order: p.id, Channel: vocab.Sandbox})
}

// start starts a payment that must be open afterwards.
func (p purchase) start(by vocab.PaymentChannel) globalid.ID {
	p.T.Helper()
	got, err := p.Payments.Start(p.buyer, payment.StartInput{Order: p.id, Channel: by})
	if err != nil || got.Problem != nil {
		p.T.Fatalf("start: %v, problem %v", err, got.Problem)
	}
	p.wantAttempt(got.Payment, vocab.AttemptOpen)
	return got.Payment
}
