package main

import (
	"context"
	"net/http"
	"strings"

	"orderflow/internal/due"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/terms"
)

// channels lists the payment channels that this server offers. A channel's notices come to
// /callbacks/ and its name as callbackName writes it.
func (a *App) channels() ([]channel.Port, error) {
	var ports []channel.Port
	if a.Config.Sandbox() {
		port, err := a.sandbox()
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

// callbackName writes WECHAT_PAY as wechat-pay.
func callbackName(name terms.Channel) string {
	return strings.ToLower(strings.ReplaceAll(string(name), "_", "-"))
}

// wirePayments makes the payments and the runner of their jobs.
func (a *App) wirePayments(context.Context) error {
	ports, err := a.channels()
	if err != nil {
		return err
	}
	offered := make(map[terms.Channel]channel.Port, len(ports))
	for _, port := range ports {
		offered[port.Name()] = port
	}
	a.payments = payment.New(a.db, offered, a.keys, a.Log)
	a.runner = due.New(a.db, a.Log,
		due.Job{Name: "attempts", Claim: a.payments.ClaimAttempts, Run: a.payments.RunAttempt},
		due.Job{Name: "refunds", Claim: a.payments.ClaimRefunds, Run: a.payments.RunRefund},
		due.Job{Name: "expiry", Claim: a.payments.ClaimExpired, Run: a.payments.RunExpire},
	)
	return nil
}

// routeChannels adds what channels and the sandbox's users call.
func (a *App) routeChannels(mux *http.ServeMux) {
	for name := range a.payments.Channels {
		mux.HandleFunc("POST /callbacks/"+callbackName(name),
			func(w http.ResponseWriter, r *http.Request) { a.payments.HandleNotice(w, r, name) })
	}
	if a.peer != nil {
		mux.Handle(sandboxPath+"/", http.StripPrefix(sandboxPath, a.peer))
	}
}
