package lifecycle

import "orderflow/internal/fsm"

// Machines describes every table as plain data, for the API's lifecycles query, the manual and the
// tests that compare the SDL with the tables.
func Machines() []fsm.Description {
	return []fsm.Description{
		Trade.Describe(), Attempt.Describe(), Refund.Describe(), Reservation.Describe(),
		Use.Describe(), Parcel.Describe(), Carrier.Describe(), Transfer.Describe(),
		Address.Describe(), AfterSale.Describe(), ShortageTable.Describe(), Interception.Describe(),
		Difference.Describe(),
	}
}
