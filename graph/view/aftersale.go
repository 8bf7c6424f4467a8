package view

import (
	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/money"
)

// PreviewOf is the preview of a request.
func PreviewOf(p *aftersale.Preview) *RefundPreview {
	shown := &RefundPreview{Goods: p.Goods, Freight: moneyOf(p.Freight, p.Currency),
		Total: moneyOf(p.Total, p.Currency), SelfApproved: p.SelfApproved, NearLimit: p.NearLimit}
	for _, line := range p.Lines {
		shown.Lines = append(shown.Lines, &RefundPreviewLine{ItemID: line.Item,
			Quantity: line.Quantity, Amount: moneyOf(line.Amount, p.Currency),
			MostUnshipped: line.MostUnshipped, MostHandedOver: line.MostHanded,
			MostAmount: moneyOf(line.MostAmount, p.Currency)})
	}
	if p.RefundsLeft >= 0 {
		shown.RefundsLeft = &p.RefundsLeft
	}
	return shown
}

// ProposalOf is what the shop of a request offers instead, nil for nothing.
func ProposalOf(a *ent.AfterSale) *AfterSaleProposal {
	if a.Proposal == nil {
		return nil
	}
	shown := &AfterSaleProposal{Kind: a.Proposal.Kind}
	for _, line := range a.Proposal.Lines {
		offered := &AfterSaleProposalLine{ItemID: line.Item, Quantity: line.Quantity}
		if line.Amount != nil {
			offered.Amount = moneyOf(*line.Amount, a.Currency)
		}
		shown.Lines = append(shown.Lines, offered)
	}
	return shown
}

func moneyOf(amount int64, currency string) *money.Money {
	m := Money(amount, currency)
	return &m
}
