package vocab

// AttemptAction is what can happen to a payment attempt.
type AttemptAction string

// The attempt actions.
const (
	StartAttempt         AttemptAction = "START"
	AnswerAttempt        AttemptAction = "ANSWER"
	RefuseAttempt        AttemptAction = "REFUSE"
	FailAttempt          AttemptAction = "FAIL"
	CloseAttempt         AttemptAction = "CLOSE"
	ConfirmAttemptClosed AttemptAction = "CONFIRM_CLOSED"
	ConfirmAttemptUnpaid AttemptAction = "CONFIRM_UNPAID"
	GiveUpAttempt        AttemptAction = "GIVE_UP"
	SucceedAttempt       AttemptAction = "SUCCEED"
)

// AttemptActions lists the attempt actions.
var AttemptActions = []AttemptAction{
	StartAttempt, AnswerAttempt, RefuseAttempt, FailAttempt, CloseAttempt, ConfirmAttemptClosed,
	ConfirmAttemptUnpaid, GiveUpAttempt, SucceedAttempt,
}

// AttemptStatus is the status of a payment attempt 支付单.
type AttemptStatus string

// The attempt statuses.
const (
	AttemptCreated   AttemptStatus = "CREATED"
	AttemptOpen      AttemptStatus = "OPEN"
	AttemptClosing   AttemptStatus = "CLOSING"
	AttemptUnknown   AttemptStatus = "UNKNOWN"
	AttemptSucceeded AttemptStatus = "SUCCEEDED"
	AttemptFailed    AttemptStatus = "FAILED"
	AttemptClosed    AttemptStatus = "CLOSED"
)

// AttemptStatuses lists the statuses of a payment attempt.
var AttemptStatuses = []AttemptStatus{
	AttemptCreated, AttemptOpen, AttemptClosing, AttemptUnknown, AttemptSucceeded, AttemptFailed,
	AttemptClosed,
}

// CloseCause is why an attempt is wanted closed.
type CloseCause string

// The causes of closing an attempt.
const (
	CloseAbandon      CloseCause = "ABANDON"
	CloseExpire       CloseCause = "EXPIRE"
	CloseCancel       CloseCause = "CANCEL"
	CloseOtherChannel CloseCause = "OTHER_CHANNEL"
	CloseAdjust       CloseCause = "ADJUST"
)

// CloseCauses lists the causes of closing an attempt.
var CloseCauses = []CloseCause{
	CloseAbandon, CloseExpire, CloseCancel, CloseOtherChannel, CloseAdjust,
}

// Verdict is what a successful payment means for its order.
type Verdict string

// The verdicts. All but COUNTED are refunded by themselves.
const (
	Counted    Verdict = "COUNTED"
	Late       Verdict = "LATE"
	Duplicate  Verdict = "DUPLICATE"
	Mismatched Verdict = "MISMATCHED"
)

// Verdicts lists the verdicts on a successful payment.
var Verdicts = []Verdict{Counted, Late, Duplicate, Mismatched}
