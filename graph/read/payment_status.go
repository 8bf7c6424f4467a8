package read

import (
	"orderflow/ent"
	"orderflow/internal/vocab"
)

// atChannel reports whether the channel waits for the buyer to pay.
func atChannel(p *ent.Payment) bool { return vocab.AttemptOpened.Has(p.Status) }
