package main

import (
	"context"
	"net/http"

	"orderflow/graph"
	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/gqlserver"
	"orderflow/internal/review"
	"orderflow/internal/store"
)

// api assembles the GraphQL endpoint.
func (a *App) api() (http.Handler, error) {
	ctx, cancel := context.WithCancel(context.Background())
	a.onClose(func(context.Context) error {
		cancel() // the issuer's keys are fetched no more
		return nil
	})
	tokens := authOptions(a.Config)
	tokens.Log = a.Log
	verifier, err := auth.NewVerifier(ctx, tokens)
	if err != nil {
		return nil, err
	}
	deps := graph.Deps{
		DB:         a.db,
		Checkout:   a.checkout,
		Orders:     a.orders,
		Payments:   a.payments,
		Shipments:  a.shipments,
		Transfers:  a.transfers,
		Reviews:    review.New(a.db),
		AfterSales: a.requests,
		Shortages:  a.shortages,
		Catalogue:  catalogue.New(a.db, a.keys),
		Bills:      a.bills,
		Register:   catalogue.NewRegister(a.db),
		Verifier:   verifier,
		Feed:       a.feed,
		Keys:       a.keys,
		Blind:      a.blind,

		AddressDays: a.Config.AddressDays,
		Server: gqlserver.Options{
			AllowedOrigins: a.Config.AllowedOrigins,
			TrustedProxies: a.Config.TrustedProxies,
			Introspection:  a.Config.Introspection,
			Limits:         gqlserver.Limits{RequestsPerSecond: float64(a.Config.RequestRate)},
			Stopping:       a.stopping,
			Logger:         a.Log,
			Outage:         store.Describe,
		},
	}
	if a.Config.SimulatedClock() {
		deps.Drain = a.runner.Drain
	}
	return graph.NewServer(deps), nil
}
