package vocab

// BillLineKind is what a line of a channel's bill 对账单 is about.
type BillLineKind string

// The kinds of lines.
const (
	BilledPayment BillLineKind = "PAYMENT"
	BilledRefund  BillLineKind = "REFUND"
)

// BillLineKinds lists the kinds of lines.
var BillLineKinds = []BillLineKind{BilledPayment, BilledRefund}

// DifferenceKind is how a channel's bill and what is kept here differ.
type DifferenceKind string

// The kinds of differences.
const (
	DifferenceUnknown DifferenceKind = "UNKNOWN_NUMBER"
	DifferenceAmount  DifferenceKind = "AMOUNT"
	DifferenceState   DifferenceKind = "STATE" // the bill has it, and here it cannot be settled
	DifferenceAbsent  DifferenceKind = "ABSENT"
	DifferenceNoBill  DifferenceKind = "NO_BILL"
)

// DifferenceKinds lists the kinds of differences.
var DifferenceKinds = []DifferenceKind{DifferenceUnknown, DifferenceAmount, DifferenceState,
	DifferenceAbsent, DifferenceNoBill}

// DifferenceStatus is the status of a difference.
type DifferenceStatus string

// The statuses of a difference.
const (
	DifferenceOpen     DifferenceStatus = "OPEN"
	DifferenceResolved DifferenceStatus = "RESOLVED"
)

// DifferenceStatuses lists the statuses of a difference.
var DifferenceStatuses = []DifferenceStatus{DifferenceOpen, DifferenceResolved}

// DifferenceAction is what can happen to a difference.
type DifferenceAction string

// The actions on a difference.
const (
	FindDifference    DifferenceAction = "FIND"
	ResolveDifference DifferenceAction = "RESOLVE"
)

// DifferenceActions lists the actions on a difference.
var DifferenceActions = []DifferenceAction{FindDifference, ResolveDifference}
