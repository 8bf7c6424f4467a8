package vocab

// TransferStatus is the status of a stock transfer 调拨.
type TransferStatus string

// The transfer statuses.
const (
	TransferRequested TransferStatus = "REQUESTED"
	TransferShipped   TransferStatus = "SHIPPED"
	TransferReceived  TransferStatus = "RECEIVED"
	TransferCancelled TransferStatus = "CANCELLED"
)

// TransferStatuses lists the statuses of a stock transfer.
var TransferStatuses = []TransferStatus{
	TransferRequested, TransferShipped, TransferReceived, TransferCancelled,
}

// TransferAction is what can be done to a transfer.
type TransferAction string

// The transfer actions.
const (
	RequestTransfer TransferAction = "REQUEST"
	ShipTransfer    TransferAction = "SHIP"
	ReceiveTransfer TransferAction = "RECEIVE"
	CancelTransfer  TransferAction = "CANCEL"
)

// TransferActions lists the transfer actions.
var TransferActions = []TransferAction{
	RequestTransfer, ShipTransfer, ReceiveTransfer, CancelTransfer,
}
