package read

import (
	"orderflow/ent"
	"orderflow/internal/vocab"
)

// channels are all payment channels. A query by transaction id names them because the index begins
// with the channel.
var channels = []vocab.PaymentChannel{vocab.Sandbox, vocab.WeChatPay, vocab.Alipay}

// atChannel reports whether the channel waits for the buyer to pay.
func atChannel(p *ent.Payment) bool { return vocab.AttemptOpened.Has(p.Status) }
