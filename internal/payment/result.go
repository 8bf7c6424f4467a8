package payment

import (
	"orderflow/internal/fault"
)

// pending says beside a result that it is not final yet.
func pending() *fault.Error {
	return fault.New(fault.ChannelPending,
		"The payment channel has not answered yet; the server goes on by itself.")
}
