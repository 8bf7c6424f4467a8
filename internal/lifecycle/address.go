package lifecycle

import "orderflow/internal/vocab"

// AddressRow is a row of the address table.
type AddressRow = Row[vocab.AddressChangeStatus, vocab.AddressAction, NoFacts]

// Address is the table of address changes.
var Address = &Machine[vocab.AddressChangeStatus, vocab.AddressAction, NoFacts]{
	Name: "Address",
	Doc: "A wish that a shop sends elsewhere, before its first handover: the buyer's, which the " +
		"shop answers, or the shop's, which the buyer answers.",
	States: vocab.AddressChangeStatuses,
	Final: addresses{vocab.AddressAccepted, vocab.AddressRejected, vocab.AddressWithdrawn,
		vocab.AddressLapsed},
	Actions: vocab.AddressActions,
	Roles:   vocab.Roles,
	Rows: []AddressRow{
		{On: vocab.AskAddress, To: vocab.AddressAsked,
			By: roles{vocab.Buyer}, Emit: vocab.EventAddressAsked,
			Doc: "The buyer asks; freight is not computed again."},
		{On: vocab.ProposeAddress, To: vocab.AddressProposed,
			By: roles{vocab.Merchant}, Emit: vocab.EventAddressProposed,
			Doc: "The shop proposes; freight is not computed again, and the buyer has 48 hours."},
		{From: addresses{vocab.AddressAsked}, On: vocab.AcceptAddress, To: vocab.AddressAccepted,
			By: roles{vocab.Merchant}, Emit: vocab.EventAddressAccepted,
			Doc: "The shop sends to the new address."},
		{From: addresses{vocab.AddressAsked}, On: vocab.RejectAddress, To: vocab.AddressRejected,
			By: roles{vocab.Merchant}, Emit: vocab.EventAddressRejected,
			Doc: "The shop sends to the old address, with a reason."},
		{From: addresses{vocab.AddressAsked}, On: vocab.WithdrawAddress, To: vocab.AddressWithdrawn,
			By: roles{vocab.Buyer}, Emit: vocab.EventAddressWithdrawn,
			Doc: "The buyer takes it back: the shop sends to the old address."},
		{From: addresses{vocab.AddressProposed}, On: vocab.AcceptAddress, To: vocab.AddressAccepted,
			By: roles{vocab.Buyer}, Emit: vocab.EventAddressAccepted,
			Doc: "The shop sends to the address that it proposed."},
		{From: addresses{vocab.AddressProposed}, On: vocab.RejectAddress, To: vocab.AddressRejected,
			By: roles{vocab.Buyer}, Emit: vocab.EventAddressRejected,
			Doc: "The shop sends to the old address."},
		{From: addresses{vocab.AddressProposed}, On: vocab.WithdrawAddress, To: vocab.AddressWithdrawn,
			By: roles{vocab.Merchant}, Emit: vocab.EventAddressWithdrawn,
			Doc: "The shop takes it back."},
		{From: addresses{vocab.AddressAsked, vocab.AddressProposed}, On: vocab.LapseAddress,
			To: vocab.AddressLapsed,
			By: roles{vocab.System}, Emit: vocab.EventAddressLapsed,
			Doc: "A parcel was handed over, the sub-orders were closed, or the buyer's time was over, " +
				"before an answer."},
	},
}
