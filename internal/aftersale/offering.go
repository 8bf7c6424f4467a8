package aftersale

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// offering tries requests on one draft: each is what a viewer would request, and is resolved as the
// command resolves it.
type offering struct {
	draft *requestDraft
	left  *Preview // how many refunds the channel still takes
}

// source is units of lines that are at one place.
type source struct {
	goods  vocab.GoodsPlace
	parcel *ent.Shipment
	units  map[globalid.ID]int64 // by item
	items  []*ent.OrderItem
}

// add adds units of an item.
func (s *source) add(it *ent.OrderItem, units int64) {
	if s.units == nil {
		s.units = map[globalid.ID]int64{}
	}
	s.units[it.ID] += units
	s.items = append(s.items, it)
}

// options finds what can be requested about items of the sub-order, one by one and together.
func (o *offering) options(ctx context.Context, items []*ent.OrderItem) (Options, error) {
	found := Options{SubOrder: o.draft.sub.ID}
	var err error
	for _, it := range items {
		line := LineOffers{Item: it.ID}
		if line.Offers, err = o.offers(ctx, it); err != nil {
			return found, err
		}
		found.Lines = append(found.Lines, line)
	}
	if len(items) > 1 {
		found.Together, err = o.offers(ctx, items...)
	}
	return found, err
}

// offers finds what can be requested about all of these items at once.
func (o *offering) offers(ctx context.Context, items ...*ent.OrderItem) (found Offers, err error) {
	sources, err := o.sources(ctx, items)
	if err != nil {
		return found, err
	}
	for _, k := range kinds {
		possible, refused, err := o.ofKind(ctx, k, sources)
		if err != nil {
			return found, err
		}
		found.Possible = append(found.Possible, possible...)
		if len(possible) == 0 {
			found.Refused = append(found.Refused, o.refusal(k, sources, refused))
		}
	}
	return found, nil
}

// sources finds where units of the items are that no request has. Where there are none the one that
// is named is of no units.
func (o *offering) sources(
	ctx context.Context, items []*ent.OrderItem,
) (sources []*source, err error) {
	waiting, kept := &source{goods: vocab.GoodsUnshipped}, &source{goods: vocab.GoodsReceived}
	nothing := &source{}
	sources = []*source{waiting}
	if vocab.WithBuyer.Has(o.draft.sub.Status) {
		sources = append(sources, kept)
	} else if sources, err = o.addParcels(ctx, sources, items); err != nil {
		return nil, err
	}
	for _, it := range items {
		nothing.add(it, 0)
		if n := order.Shippable(it); n > 0 {
			waiting.add(it, n)
		}
		if n := order.Returnable(it); n > 0 || it.Refundable > 0 {
			kept.add(it, n)
		}
	}
	sources = slices.DeleteFunc(sources, func(s *source) bool { return len(s.items) == 0 })
	if len(sources) == 0 {
		sources = append(sources, nothing)
	}
	return sources, nil
}

// addParcels adds the parcels that have units of the items.
func (o *offering) addParcels(
	ctx context.Context, sources []*source, items []*ent.OrderItem,
) ([]*source, error) {
	parcels, err := o.draft.handedOver(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range parcels {
		free, err := o.draft.freeIn(ctx, p)
		if err != nil {
			return nil, err
		}
		from := inParcel(p)
		for _, it := range items {
			if n := min(order.Returnable(it), free[it.ID]); n > 0 {
				from.add(it, n)
			}
		}
		sources = append(sources, from)
	}
	return sources, nil
}

func inParcel(p *ent.Shipment) *source {
	s := &source{goods: vocab.GoodsInTransit, parcel: p}
	if p.DeliveredAt != nil {
		s.goods = vocab.GoodsReceived
	}
	return s
}

// ofKind finds the requests of a kind that are possible, or else why not: for goods at a place that
// the kind is for, if there are some.
func (o *offering) ofKind(
	ctx context.Context, k kind, sources []*source,
) (possible []Offer, refused error, err error) {
	telling := false
	if !k.units && !k.goesWith(sources) {
		sources = anywhere(sources)
	}
	for _, from := range sources {
		ways := []vocab.WayBack{""}
		if from.goods == vocab.GoodsInTransit {
			ways = []vocab.WayBack{"", vocab.ByInterception, vocab.ByRefusal, vocab.ByReturn}
		}
		for _, way := range ways {
			offer, err := o.offer(ctx, k, from, way)
			switch {
			case err == nil:
				possible = append(possible, offer)
			case fault.All(err) == nil:
				return nil, nil, err
			case refused == nil || !telling && k.takes(from.goods, way):
				refused, telling = err, k.takes(from.goods, way)
			}
		}
	}
	return possible, refused, nil
}

// goesWith reports whether the goods of some source are where the kind is for.
func (k kind) goesWith(sources []*source) bool {
	return slices.ContainsFunc(sources,
		func(s *source) bool { return slices.Contains(k.places, s.goods) })
}

// anywhere is the items of the sources, wherever they are: for money alone.
func anywhere(sources []*source) []*source {
	all := &source{}
	for _, s := range sources {
		for _, it := range s.items {
			if _, added := all.units[it.ID]; !added {
				all.add(it, 0)
			}
		}
	}
	return []*source{all}
}

// offer is the request of a kind for all units of a source, on the terms of each side. Fault: why
// it is not possible.
func (o *offering) offer(
	ctx context.Context, k kind, from *source, way vocab.WayBack,
) (offer Offer, err error) {
	offer = Offer{Kind: k.name, Way: way}
	for _, liable := range []vocab.LiableSide{vocab.LiableBuyer, vocab.LiableShop} {
		because := reasonsOf(liable, from.goods)
		if len(because) == 0 {
			continue
		}
		o.draft.in = o.input(k, from, way)
		o.draft.in.Reason = because[0]
		p, err := o.draft.resolve(ctx)
		if err != nil {
			return offer, err
		}
		offer.Goods = p.goods
		if p.parcel != nil {
			offer.Parcel = &p.parcel.ID
		}
		offer.GoodsBack = comesBack(k.path(p.goods, p.way))
		preview := o.draft.preview(p)
		preview.RefundsLeft, preview.NearLimit = o.left.RefundsLeft, o.left.NearLimit
		offer.Terms = append(offer.Terms,
			Terms{Liable: liable, Reasons: because, Preview: preview})
	}
	for _, line := range o.draft.in.Lines {
		offer.Named = append(offer.Named, line.Item)
	}
	return offer, nil
}

// input is what a viewer would request: all units that are there with all of their money, or, of a
// kind about money alone, all the money that is left.
func (o *offering) input(k kind, from *source, way vocab.WayBack) RequestInput {
	in := RequestInput{SubOrder: o.draft.sub.ID, Kind: k.name, Goods: from.goods, Way: way}
	if from.parcel != nil {
		in.Parcel = from.parcel.ID
	}
	for _, it := range from.items {
		line := Line{Item: it.ID, Quantity: from.units[it.ID]}
		if !k.units {
			line.Quantity, line.Amount = 0, &it.Refundable
		}
		if k.name == vocab.Exchange {
			line.ExchangeSku = it.SkuID
		}
		if line.Quantity > 0 || line.Amount != nil && *line.Amount > 0 {
			in.Lines = append(in.Lines, line)
		}
	}
	if len(in.Lines) == 0 { // refused, and the refusal says how much is left
		one := int64(1)
		line := Line{Item: from.items[0].ID, Quantity: one}
		if !k.units {
			line.Quantity, line.Amount = 0, &one
		}
		in.Lines = append(in.Lines, line)
	}
	return in
}

// reasonsOf are the reasons for which a side is liable for goods at a place.
func reasonsOf(liable vocab.LiableSide, goods vocab.GoodsPlace) (of []vocab.AfterSaleReason) {
	return slices.DeleteFunc(slices.Clone(reasons),
		func(r vocab.AfterSaleReason) bool { return side(r, goods) != liable })
}

// comesBack reports whether goods come back to the shop on a path.
func comesBack(path vocab.Path) bool {
	return path == vocab.PathReturn || path == vocab.PathIntercept || path == vocab.PathRefuse
}
