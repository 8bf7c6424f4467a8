package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// AttemptFacts is what the attempt's guards look at.
type AttemptFacts struct {
	GraceOver bool // the channel was asked in vain for ten minutes since the order's pay deadline
}

// GuardGraceOver is the name of the guard on giving an attempt up.
const GuardGraceOver = "asked in vain for 10 minutes since the pay deadline"

type (
	attemptWhen = []fsm.Guard[AttemptFacts]

	// AttemptRow is a row of the attempt table.
	AttemptRow = Row[vocab.AttemptStatus, vocab.AttemptAction, AttemptFacts]
)

var graceOver = fsm.Guard[AttemptFacts]{Name: GuardGraceOver,
	Holds: func(f AttemptFacts) bool { return f.GraceOver }}

// Attempt is the table of payment attempts. An unsigned answer is no action: it settles nothing.
var Attempt = &Machine[vocab.AttemptStatus, vocab.AttemptAction, AttemptFacts]{
	Name: "Attempt",
	Doc: "One payment attempt through one channel. Only what the channel signed, or answered to " +
		"our own query, settles it. A signed success counts from any status and gets a verdict.",
	States:  vocab.AttemptStatuses,
	Final:   attempts{vocab.AttemptSucceeded, vocab.AttemptFailed, vocab.AttemptClosed},
	Actions: vocab.AttemptActions,
	Roles:   vocab.Roles,
	Rows: []AttemptRow{
		{On: vocab.StartAttempt, To: vocab.AttemptCreated,
			By: roles{vocab.Buyer}, Emit: vocab.EventPaymentStarted,
			Doc: "The row is written before the channel is called."},
		{From: attempts{vocab.AttemptCreated}, On: vocab.AnswerAttempt, To: vocab.AttemptOpen,
			By: roles{vocab.Channel},
			Doc: "The channel took the attempt; the buyer can pay. Whoever started it has the answer, so " +
				"there is no event."},
		{From: attempts{vocab.AttemptCreated}, On: vocab.RefuseAttempt, To: vocab.AttemptFailed,
			By: roles{vocab.Channel}, Emit: vocab.EventPaymentFailed,
			Doc: "A signed refusal to take the attempt."},
		{From: attempts{vocab.AttemptOpen}, On: vocab.FailAttempt, To: vocab.AttemptFailed,
			By: roles{vocab.Channel}, Emit: vocab.EventPaymentFailed,
			Doc: "A signed failure of the payment."},
		{From: attempts{vocab.AttemptCreated, vocab.AttemptOpen}, On: vocab.CloseAttempt,
			To:   vocab.AttemptClosing,
			By:   roles{vocab.Buyer, vocab.Merchant, vocab.Clock, vocab.System},
			Emit: vocab.EventPaymentClosing,
			Doc: "Somebody wants it closed; the row keeps the cause: ABANDON, EXPIRE, CANCEL, " +
				"OTHER_CHANNEL or ADJUST."},
		{From: attempts{vocab.AttemptClosing, vocab.AttemptUnknown}, On: vocab.ConfirmAttemptClosed,
			To: vocab.AttemptClosed,
			By: roles{vocab.Channel}, Emit: vocab.EventPaymentClosed,
			Doc: "The channel signed that it is closed, or that there is no such payment."},
		{From: attempts{vocab.AttemptUnknown}, On: vocab.ConfirmAttemptUnpaid, To: vocab.AttemptClosed,
			By: roles{vocab.Channel}, Emit: vocab.EventPaymentClosed,
			Doc: "The channel signed that it is unpaid, long after its own expiry."},
		{From: attempts{vocab.AttemptClosing}, On: vocab.GiveUpAttempt, To: vocab.AttemptUnknown,
			By: roles{vocab.Clock}, When: attemptWhen{graceOver}, Emit: vocab.EventPaymentUnknown,
			Doc: "Nothing signed came: the order waits no longer. The channel is asked on for 7 days " +
				"with growing intervals, then an alarm is raised."},
		{From: attempts{vocab.AttemptCreated, vocab.AttemptOpen, vocab.AttemptClosing,
			vocab.AttemptUnknown, vocab.AttemptClosed, vocab.AttemptFailed}, On: vocab.SucceedAttempt,
			To: vocab.AttemptSucceeded,
			By: roles{vocab.Channel}, Emit: vocab.EventPaymentSucceeded,
			Doc: "A signed success. The verdict follows: COUNTED, LATE, DUPLICATE or MISMATCHED."},
		{On: vocab.SucceedAttempt, To: vocab.AttemptSucceeded,
			By: roles{vocab.Channel}, Emit: vocab.EventPaymentSucceeded,
			Doc: "A second transaction of one attempt: a row of its own, verdict DUPLICATE."},
	},
}
