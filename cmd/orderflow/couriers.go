package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/courier/sandbox"
)

const courierPath = sandboxPath + "/courier"

// ports lists the couriers that track parcels here. A courier's pushes come to /callbacks/ and its
// name.
func (a *App) ports() ([]courier.Port, error) {
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
// which asks at every push where the server is now.
func (a *App) sandboxCourier() (*sandbox.Client, error) {
	options := sandbox.ClientOptions{
		BaseURL: a.Config.CourierURL, Secret: []byte(a.Config.SandboxSecret),
	}
	inside := options.BaseURL == ""
	if inside {
		options.BaseURL = a.URL() + courierPath
	}
	client, err := sandbox.NewClient(options)
	if err != nil {
		return nil, err
	}
	callback := a.URL() + "/callbacks/" + client.Name()
	if inside {
		return client, a.startCourier(func() string { return callback })
	}
	options.CallbackURL = callback
	return sandbox.NewClient(options)
}

// startCourier starts the sandbox courier's own side inside this server.
func (a *App) startCourier(callback func() string) error {
	path := a.courierBooks()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	peer, err := sandbox.NewPeer(sandbox.Options{
		Path: path, Secret: []byte(a.Config.SandboxSecret), Now: a.businessNow,
		CallbackURL: callback,
	})
	if err != nil {
		return err
	}
	a.courier = peer
	a.atClose(func(context.Context) error { return peer.Close() })
	a.runPeer("the sandbox courier", peer.Run)
	return nil
}

// courierBooks is a file beside the books of the sandbox channel.
func (a *App) courierBooks() string {
	path := a.sandboxBooks()
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + ".courier" + extension
}

// routeCouriers adds what couriers and the sandbox's users call, and the printed pages.
func (a *App) routeCouriers(mux *http.ServeMux) {
	for _, port := range a.couriers {
		name := port.Name()
		mux.HandleFunc("POST /callbacks/"+name,
			func(w http.ResponseWriter, r *http.Request) { a.shipments.HandlePush(w, r, name) })
	}
	if a.courier != nil {
		mux.Handle(courierPath+"/", http.StripPrefix(courierPath, a.courier))
	}
	mux.HandleFunc("GET "+shipment.PickListPath, a.shipments.HandlePickLists)
}
