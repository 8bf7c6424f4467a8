package graph

import (
	"orderflow/graph/view"
	"orderflow/internal/carrier"
)

// carriers are those that parcels may go by.
func (r *Resolver) carriers() []*view.Carrier {
	rows := r.shipments.Carriers.All()
	out := make([]*view.Carrier, len(rows))
	for i, c := range rows {
		out[i] = r.shownCarrier(c)
	}
	return out
}

// carrierOf is the carrier of a parcel; nil without one, or when the list has it no more.
func (r *Resolver) carrierOf(code string) *view.Carrier {
	if c, found := r.shipments.Carriers.Find(code); found {
		return r.shownCarrier(c)
	}
	return nil
}

func (r *Resolver) shownCarrier(c carrier.Carrier) *view.Carrier {
	return &view.Carrier{Code: c.Code, Name: c.Name, EnglishName: c.English,
		Phone: nullIfZero(c.Phone), Tracked: r.shipments.Tracks(c.Code),
		Kuaidi100: nullIfZero(c.Kuaidi100), Kdniao: nullIfZero(c.Kdniao),
		WeChat: nullIfZero(c.WeChat)}
}
