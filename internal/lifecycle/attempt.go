package lifecycle

import "orderflow/internal/fsm"

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

// AttemptFacts is what the attempt's guards look at.
type AttemptFacts struct {
	GraceOver bool // ten minutes have passed since the order's pay deadline
}

// GuardGraceOver is the name of the guard on giving an attempt up.
const GuardGraceOver = "10 minutes past the pay deadline"

// AttemptRow is a row of the attempt table.
type AttemptRow = fsm.Row[AttemptStatus, AttemptAction, Role, AttemptFacts]

// Attempt is the table of payment attempts. An unsigned answer is no action: it settles nothing.
var Attempt = &fsm.Machine[AttemptStatus, AttemptAction, Role, AttemptFacts]{
	Name: "Attempt",
	Doc: "One payment attempt through one channel. Only what the channel signed, or answered to " +
		"our own query, settles it. A signed success counts from any status and gets a verdict.",
	States:  AttemptStatuses,
	Final:   []AttemptStatus{AttemptSucceeded, AttemptFailed, AttemptClosed},
	Actions: AttemptActions,
	Roles:   Roles,
	Rows: []AttemptRow{
		{On: StartAttempt, To: AttemptCreated, By: []Role{Buyer}, Emit: EventPaymentStarted,
			Doc: "The row is written before the channel is called."},
		{From: []AttemptStatus{AttemptCreated}, On: AnswerAttempt, To: AttemptOpen,
			By: []Role{Channel}, Emit: EventPaymentOpened,
			Doc: "The channel took the attempt; the buyer can pay."},
		{From: []AttemptStatus{AttemptCreated}, On: RefuseAttempt, To: AttemptFailed,
			By: []Role{Channel}, Emit: EventPaymentFailed,
			Doc: "A signed refusal to take the attempt."},
		{From: []AttemptStatus{AttemptOpen}, On: FailAttempt, To: AttemptFailed,
			By: []Role{Channel}, Emit: EventPaymentFailed,
			Doc: "A signed failure of the payment."},
		{From: []AttemptStatus{AttemptCreated, AttemptOpen}, On: CloseAttempt, To: AttemptClosing,
			By: []Role{Buyer, Merchant, Clock, System}, Emit: EventPaymentClosing,
			Doc: "Somebody wants it closed; the row keeps the cause: ABANDON, EXPIRE, CANCEL, " +
				"OTHER_CHANNEL or ADJUST."},
		{From: []AttemptStatus{AttemptClosing, AttemptUnknown}, On: ConfirmAttemptClosed,
			To: AttemptClosed, By: []Role{Channel}, Emit: EventPaymentClosed,
			Doc: "The channel signed that it is closed, or that there is no such payment."},
		{From: []AttemptStatus{AttemptUnknown}, On: ConfirmAttemptUnpaid, To: AttemptClosed,
			By: []Role{Channel}, Emit: EventPaymentClosed,
			Doc: "The channel signed that it is unpaid, long after its own expiry."},
		{From: []AttemptStatus{AttemptClosing}, On: GiveUpAttempt, To: AttemptUnknown,
			By: []Role{Clock}, When: []fsm.Guard[AttemptFacts]{
				{Name: GuardGraceOver, Holds: func(f AttemptFacts) bool { return f.GraceOver }}},
			Emit: EventPaymentUnknown,
			Doc: "Nothing signed came: the order waits no longer. The channel is asked on for 7 " +
				"days with growing intervals, then an alarm is raised."},
		{From: []AttemptStatus{AttemptCreated, AttemptOpen, AttemptClosing, AttemptUnknown,
			AttemptClosed, AttemptFailed}, On: SucceedAttempt, To: AttemptSucceeded,
			By: []Role{Channel}, Emit: EventPaymentSucceeded,
			Doc: "A signed success. The verdict follows: COUNTED, LATE, DUPLICATE or MISMATCHED."},
		{On: SucceedAttempt, To: AttemptSucceeded, By: []Role{Channel}, Emit: EventPaymentSucceeded,
			Doc: "A second transaction of one attempt: a row of its own, verdict DUPLICATE."},
	},
}
