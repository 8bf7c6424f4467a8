package lifecycle

import (
	"orderflow/internal/vocab"
)

// DifferenceRow is a row of the table of differences.
type DifferenceRow = Row[vocab.DifferenceStatus, vocab.DifferenceAction, NoFacts]

// Difference is the table of differences between channels' bills and what is kept here.
var Difference = &Machine[vocab.DifferenceStatus, vocab.DifferenceAction, NoFacts]{
	Name: "Difference",
	Doc: "What a channel's bill of a day and what is kept here say differently, and no rule puts " +
		"right.",
	States:  vocab.DifferenceStatuses,
	Final:   vocab.DifferenceStatuses[1:],
	Actions: vocab.DifferenceActions,
	Roles:   vocab.Roles,
	Rows: []DifferenceRow{
		{On: vocab.FindDifference, To: vocab.DifferenceOpen,
			By: roles{vocab.Clock}, Emit: vocab.EventBillDiffers,
			Doc: "The comparison of a day found it. Each shop concerned is told."},
		{From: vocab.DifferenceStatuses[:1], On: vocab.ResolveDifference, To: vocab.DifferenceResolved,
			By: roles{vocab.Support, vocab.Platform, vocab.Clock}, Emit: vocab.EventBillResolved,
			Doc: "Staff noted what they found out, or a bill that was missing came after all."},
	},
}
