package graph

import (
	"orderflow/graph/view"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
)

func requestInput(in view.RequestAfterSaleInput) aftersale.RequestInput {
	lines := make([]aftersale.Line, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = aftersale.Line{Item: line.Item, Quantity: line.Quantity, Amount: line.Amount,
			ExchangeSku: zeroIfNull(line.ExchangeSku)}
	}
	return aftersale.RequestInput{
		SubOrder: in.SubOrder, Kind: in.Kind, Reason: in.Reason, Lines: lines,
		Goods: zeroIfNull(in.Goods), Way: zeroIfNull(in.Way), Parcel: zeroIfNull(in.Parcel),
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images},
	}
}

func reviseInput(in view.ReviseAfterSaleInput) aftersale.ReviseInput {
	return aftersale.ReviseInput{AfterSale: in.AfterSale, RequestInput: requestInput(
		view.RequestAfterSaleInput{Kind: in.Kind, Reason: in.Reason, Lines: in.Lines,
			Goods: in.Goods, Way: in.Way, Parcel: in.Parcel, Text: in.Text, Images: in.Images})}
}

func approveInput(in view.ApproveAfterSaleInput) aftersale.ApproveInput {
	return aftersale.ApproveInput{AfterSale: in.AfterSale, Warehouse: zeroIfNull(in.Warehouse)}
}

func rejectInput(in view.RejectAfterSaleInput) aftersale.RejectInput {
	return aftersale.RejectInput{AfterSale: in.AfterSale, Reason: in.Reason,
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}
}

func proposeInput(in view.ProposeAfterSaleInput) aftersale.ProposeInput {
	lines := make([]document.ProposalLine, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = document.ProposalLine(*line)
	}
	return aftersale.ProposeInput{AfterSale: in.AfterSale, Kind: in.Kind, Lines: lines,
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}
}

func returnInput(in view.ConfirmReturnInput) aftersale.ReturnedInput {
	lines := make([]aftersale.InspectedLine, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = aftersale.InspectedLine(*line)
	}
	return aftersale.ReturnedInput{Lines: lines, RejectInput: aftersale.RejectInput{
		AfterSale: in.AfterSale, Reason: zeroIfNull(in.Reason),
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}}
}

func ruleInput(in view.RuleAfterSaleInput) aftersale.RuleInput {
	return aftersale.RuleInput{AfterSale: in.AfterSale, Ruling: in.Ruling, Liable: in.Liable,
		Statement: aftersale.Statement{Text: in.Text, Images: in.Images}}
}
