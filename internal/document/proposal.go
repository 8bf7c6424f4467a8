package document

import (
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Proposal is what a shop proposes instead of what was requested. Lines that it does not name are
// given up. Amounts are minor units.
type Proposal struct {
	Kind  vocab.AfterSaleKind `json:"kind"`
	Lines []ProposalLine      `json:"lines"`
}

// ProposalLine is a quantity of an item and the money for it; Amount nil means the whole of it.
type ProposalLine struct {
	Item     globalid.ID `json:"item"`
	Quantity int64       `json:"quantity"`
	Amount   *int64      `json:"amount,omitempty"`
}
