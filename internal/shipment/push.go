package shipment

import (
	"net/http"
	"slices"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
)

// HandlePush takes a push of the courier with that port name: it is verified, applied, and then
// accepted. What is not the courier's word is answered with 401, what is about no parcel of ours is
// accepted; both are only counted. When we fail the answer is 500, and the courier repeats.
func (s *Shipments) HandlePush(w http.ResponseWriter, r *http.Request, from string) {
	i := slices.IndexFunc(s.couriers, func(p courier.Port) bool { return p.Name() == from })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	ctx, port := r.Context(), s.couriers[i]
	r.Body = http.MaxBytesReader(w, r.Body, maxPush)
	push, err := port.ParsePush(r)
	if err != nil {
		s.Counters.UnverifiedPushes.Add(1)
		s.log.WarnContext(ctx, "a push is not the courier's word", "courier", from, "error", err)
		http.Error(w, "not verified", http.StatusUnauthorized)
		return
	}
	id, err := globalid.Parse(push.Reference)
	if err != nil || id.Kind() != globalid.Shipment {
		err = noParcel()
	} else {
		err = s.ApplySnapshot(ctx, id, push.Snapshot)
	}
	switch {
	case fault.Is(err, fault.NotFound):
		s.Counters.UnknownPushes.Add(1)
		s.log.WarnContext(ctx, "a push is about no parcel of ours", "courier", from)
	case err != nil:
		s.log.Log(ctx, store.LogLevel(err), "a push is not applied; the courier will repeat it",
			"courier", from, "shipment", id, "error", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	port.AcceptPush(w)
}
