package graph

import (
	"orderflow/graph/view"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
)

// requestOf is what is asked for.
func requestOf(in view.RequestAfterSaleInput) aftersale.RequestInput {
	lines := make([]aftersale.Line, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = aftersale.Line{Item: line.Item, Quantity: line.Quantity, Amount: line.Amount,
			ExchangeSku: given(line.ExchangeSku)}
	}
	return aftersale.RequestInput{
		SubOrder: in.SubOrder, Kind: in.Kind, Reason: in.Reason, Lines: lines,
		Goods: word(in.Goods), Way: word(in.Way), Parcel: given(in.Parcel),
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images},
	}
}

func revisionOf(in view.ReviseAfterSaleInput) aftersale.ReviseInput {
	return aftersale.ReviseInput{AfterSale: in.AfterSale, RequestInput: requestOf(
		view.RequestAfterSaleInput{Kind: in.Kind, Reason: in.Reason, Lines: in.Lines,
			Goods: in.Goods, Way: in.Way, Parcel: in.Parcel, Text: in.Text, Images: in.Images})}
}

// word is an optional word of an input, empty when it is left out.
func word[T ~string](given *T) (empty T) {
	if given == nil {
		return empty
	}
	return *given
}

func approvalOf(in view.ApproveAfterSaleInput) aftersale.ApproveInput {
	return aftersale.ApproveInput{AfterSale: in.AfterSale, Warehouse: given(in.Warehouse)}
}

func refusalOf(in view.RejectAfterSaleInput) aftersale.RejectInput {
	return aftersale.RejectInput{AfterSale: in.AfterSale, Reason: in.Reason,
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}
}

func proposalOf(in view.ProposeAfterSaleInput) aftersale.ProposeInput {
	lines := make([]document.ProposalLine, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = document.ProposalLine(*line)
	}
	return aftersale.ProposeInput{AfterSale: in.AfterSale, Kind: in.Kind, Lines: lines,
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}
}

func inspectionOf(in view.ConfirmReturnInput) aftersale.ReturnedInput {
	lines := make([]aftersale.InspectedLine, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = aftersale.InspectedLine(*line)
	}
	return aftersale.ReturnedInput{Lines: lines, RejectInput: aftersale.RejectInput{
		AfterSale: in.AfterSale, Reason: word(in.Reason),
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}}
}

func rulingOf(in view.RuleAfterSaleInput) aftersale.RuleInput {
	return aftersale.RuleInput{AfterSale: in.AfterSale, Ruling: in.Ruling, Liable: in.Liable,
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}
}
