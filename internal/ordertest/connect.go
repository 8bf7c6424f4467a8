package ordertest

import (
	"log/slog"
	"testing"

	"orderflow/internal/aftersale"
	"orderflow/internal/catalogue"
	"orderflow/internal/checkout"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/review"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shortage"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// Keys returns the keys of development.
func Keys(t testing.TB) *seal.Keyring {
	t.Helper()
	keys, err := seal.ParseKeyring(seal.DevelopmentKeys())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// connect makes the nouns and connects them as the server does.
func (e *Env) connect(t *testing.T, couriers []courier.Port) {
	t.Helper()
	e.Keys = Keys(t)
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	e.Catalogue = catalogue.New(e.DB, e.Keys)
	e.Checkout = checkout.New(e.DB, e.Keys, blind,
		checkout.Limits{Lines: 1000, Quantity: 100_000})
	e.Orders = order.New(e.DB, e.Keys, blind)
	e.Payments = payment.New(e.DB,
		map[vocab.PaymentChannel]channel.Port{vocab.Sandbox: e.Bank}, e.Keys, log)
	e.Shipments = shipment.New(e.DB, couriers, e.Keys, log)
	e.Reviews = review.New(e.DB)
	e.AfterSales = aftersale.New(e.DB, e.Payments, e.Shipments, e.Keys)
	e.Shortages = shortage.New(e.DB, e.Payments)
	e.Transfers = transfer.New(e.DB)
	hooks := aftersale.Hooks{Shortages: e.Shortages, Requests: e.AfterSales}
	e.Orders.Hooks = hooks
	e.Payments.Hooks, e.Shipments.Hooks, e.Transfers.Hooks = hooks, hooks, hooks
}
