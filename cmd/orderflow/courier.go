package main

import (
	"net/http"
	"path/filepath"
	"strings"

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
