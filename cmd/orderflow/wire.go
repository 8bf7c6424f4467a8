package main

import (
	"context"
	"net/http"
	"strings"

	"orderflow/internal/aftersale"
	"orderflow/internal/bill"
	"orderflow/internal/checkout"
	"orderflow/internal/health"
	"orderflow/internal/jobs"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// channels lists the payment channels of this server. Their notices are sent to /callbacks/ and the
// name as callbackName writes it.
func (a *App) channels() ([]channel.Port, error) {
	var ports []channel.Port
	if a.Config.Sandbox() {
		port, err := a.sandboxChannel()
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

// callbackName writes WECHAT_PAY as wechat-pay.
func callbackName(name vocab.PaymentChannel) string {
	return strings.ToLower(strings.ReplaceAll(string(name), "_", "-"))
}

// wire makes the commands on orders, payments, parcels and requests, and the runner of their jobs.
func (a *App) wire(ctx context.Context) error {
	a.checkout = checkout.New(a.db, a.keys, a.blind, checkout.Limits{
		Lines: a.Config.MaxLines, Quantity: int64(a.Config.MaxQuantity),
	})
	a.orders = order.New(a.db, a.keys, a.blind)
	ports, err := a.channels()
	if err != nil {
		return err
	}
	offered := make(map[vocab.PaymentChannel]channel.Port, len(ports))
	for _, port := range ports {
		offered[port.Name()] = port
	}
	a.payments = payment.New(a.db, offered, a.keys, a.Log)
	a.payments.OutsideAlone = int64(a.Config.OutsideAlone)
	a.payments.Lanes = map[vocab.PaymentChannel]*health.Lane{}
	for name := range offered {
		a.payments.Lanes[name] = a.peers.Lane("calls of " + string(name))
	}
	if a.couriers, err = a.courierPorts(); err != nil {
		return err
	}
	a.shipments = shipment.New(a.db, a.couriers, a.keys, a.Log)
	if a.shipments.Carriers, err = a.carriers(); err != nil {
		return err
	}
	a.shipments.Lanes = map[string]*health.Lane{}
	for _, port := range a.couriers {
		a.shipments.Lanes[port.Name()] = a.peers.Lane("calls of " + port.Name())
	}
	a.requests = aftersale.New(a.db, a.payments, a.shipments, a.keys)
	a.requests.OpenDays = a.Config.AddressDays
	a.shortages = shortage.New(a.db, a.payments)
	a.transfers = transfer.New(a.db)
	hooks := aftersale.Hooks{Shortages: a.shortages, Requests: a.requests}
	a.orders.Hooks = hooks
	a.payments.Hooks, a.shipments.Hooks, a.transfers.Hooks = hooks, hooks, hooks
	a.bills = &bill.Bills{DB: a.db, Payments: a.payments, Log: a.Log}
	a.runner = jobs.New(a.db, a.Log, a.jobs()...)
	return a.bills.Plan(ctx)
}

// jobs lists everything that becomes due.
func (a *App) jobs() []jobs.Job {
	p, o, s, requests, shortages := a.payments, a.orders, a.shipments, a.requests, a.shortages
	return []jobs.Job{
		{Name: "attempts", Due: payment.AttemptsDue, Run: p.RunAttempt},
		{Name: "refunds", Due: payment.RefundsDue, Run: p.RunRefund},
		{Name: "expiry", Local: true, Due: payment.OrdersDue, Run: p.RunExpire},
		{Name: "tracking", Due: shipment.TrackingDue, Run: s.RunTracking},
		{Name: "interceptions", Due: shipment.InterceptionsDue, Run: s.RunInterception},
		{Name: "requests", Local: true, Due: aftersale.Due, Run: requests.RunDue},
		{Name: "shortages", Local: true, Due: shortage.Due, Run: shortages.RunDue},
		{Name: "bills", Due: bill.Due, Run: a.bills.Run},
		{Name: "deadlines", Local: true, Due: order.Due, Run: o.RunDue},
	}
}

// routeChannels adds the endpoints for channels and for users of the sandbox.
func (a *App) routeChannels(mux *http.ServeMux) {
	for name := range a.payments.Channels {
		mux.HandleFunc("POST /callbacks/"+callbackName(name),
			func(w http.ResponseWriter, r *http.Request) { a.payments.HandleNotice(w, r, name) })
	}
	if a.paymentPeer != nil {
		mux.Handle(sandboxPath+"/", a.guarded(http.StripPrefix(sandboxPath, a.paymentPeer)))
	}
}
