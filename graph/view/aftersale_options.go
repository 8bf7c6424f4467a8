package view

import (
	"slices"

	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
)

// OptionsOf are what can be requested about sub-orders.
func OptionsOf(found []aftersale.Options) []*AfterSaleOptions {
	shown := make([]*AfterSaleOptions, len(found))
	for i, of := range found {
		shown[i] = &AfterSaleOptions{SubOrderID: of.SubOrder, Together: offersOf(of.Together)}
		for _, line := range of.Lines {
			shown[i].Lines = append(shown[i].Lines,
				&AfterSaleLineOffers{ItemID: line.Item, Offers: offersOf(line.Offers)})
		}
	}
	return shown
}

func offersOf(found aftersale.Offers) *AfterSaleOffers {
	shown := &AfterSaleOffers{Possible: []*AfterSaleOffer{}, Impossible: []*AfterSaleImpossible{}}
	for _, offer := range found.Possible {
		shown.Possible = append(shown.Possible, offerOf(offer))
	}
	for _, r := range found.Refused {
		shown.Impossible = append(shown.Impossible, &AfterSaleImpossible{Kind: r.Kind,
			Obstacle: r.Obstacle, Code: r.Fault.Code, Message: r.Fault.Message})
	}
	return shown
}

func offerOf(offer aftersale.Offer) *AfterSaleOffer {
	shown := &AfterSaleOffer{Kind: offer.Kind, Goods: offer.Goods, ParcelID: offer.Parcel,
		GoodsBack: offer.GoodsBack}
	if offer.Way != "" {
		shown.Way = &offer.Way
	}
	for i, terms := range offer.Terms {
		shown.Terms = append(shown.Terms, &AfterSaleTerms{Liable: terms.Liable,
			Reasons: terms.Reasons, Preview: PreviewOf(terms.Preview)})
		if i == 0 {
			shown.Lines = offerLines(terms.Preview, offer.Named)
		}
	}
	return shown
}

// offerLines are the lines of a preview that the request names; the others are gifts.
func offerLines(p *aftersale.Preview, named []globalid.ID) (lines []*AfterSaleOfferLine) {
	for _, line := range p.Lines {
		if slices.Contains(named, line.Item) {
			lines = append(lines, &AfterSaleOfferLine{ItemID: line.Item, MostQuantity: line.Quantity,
				MostAmount: moneyOf(line.MostAmount, p.Currency)})
		}
	}
	return lines
}
