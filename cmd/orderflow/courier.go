package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"orderflow/internal/carrier"
	sandboxcourier "orderflow/internal/sandbox/courier"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
)

const courierPath = sandboxPath + "/courier"

// courierPorts lists the couriers that track parcels. Their pushes are sent to /callbacks/ and
// their name.
func (a *App) courierPorts() ([]courier.Port, error) {
	if !a.Config.Sandbox() {
		return nil, nil
	}
	port, err := a.sandboxCourier()
	if err != nil {
		return nil, err
	}
	return []courier.Port{port}, nil
}

// carriers is the list of carriers of this server.
func (a *App) carriers() (*carrier.List, error) {
	list := carrier.BuiltIn()
	var err error
	if a.Config.Sandbox() {
		list, err = list.With(carrier.Carrier{
			Code: sandboxcourier.Carrier, Name: "沙箱快递", English: "Sandbox courier"})
	}
	if err != nil || a.Config.Carriers == "" {
		return list, err
	}
	file, err := os.Open(a.Config.Carriers)
	if err != nil {
		return nil, fmt.Errorf("ORDERFLOW_CARRIERS: %w", err)
	}
	defer file.Close()
	more, err := carrier.Read(file)
	if err == nil {
		list, err = list.With(more...)
	}
	if err != nil {
		return nil, fmt.Errorf("ORDERFLOW_CARRIERS: %s: %w", a.Config.Carriers, err)
	}
	return list, nil
}

// sandboxCourier makes the client of the sandbox courier and, unless it is elsewhere, its peer,
// which pushes to the current address of the server.
func (a *App) sandboxCourier() (*sandboxcourier.Client, error) {
	options := sandboxcourier.ClientOptions{
		BaseURL: a.Config.CourierURL, Secret: []byte(a.Config.SandboxSecret),
	}
	inside := options.BaseURL == ""
	if inside {
		options.BaseURL = a.URL() + courierPath
	}
	client, err := sandboxcourier.NewClient(options)
	if err != nil {
		return nil, err
	}
	callback := a.URL() + "/callbacks/" + client.Name()
	if !inside {
		options.CallbackURL = callback
		return sandboxcourier.NewClient(options)
	}
	peer, err := sandboxcourier.NewPeer(sandboxcourier.Options{
		Path: a.courierState(), Secret: options.Secret, Now: a.businessNow,
		CallbackURL: func() string { return callback },
	})
	if err != nil {
		return nil, err
	}
	a.courierPeer = peer.Peer
	a.runPeer("the sandbox courier", a.courierPeer)
	return client, nil
}

// courierState is the path of the courier's database, beside that of the sandbox channel.
func (a *App) courierState() string {
	path := a.sandboxState()
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + ".courier" + extension
}

// routeCouriers adds the endpoints for couriers, for users of the sandbox, and for printing.
func (a *App) routeCouriers(mux *http.ServeMux) {
	for _, port := range a.couriers {
		name := port.Name()
		mux.HandleFunc("POST /callbacks/"+name,
			func(w http.ResponseWriter, r *http.Request) { a.shipments.HandlePush(w, r, name) })
	}
	if a.courierPeer != nil {
		mux.Handle(courierPath+"/", a.guarded(http.StripPrefix(courierPath, a.courierPeer)))
	}
	mux.HandleFunc("GET "+shipment.PickListPath, a.shipments.HandlePickLists)
}
