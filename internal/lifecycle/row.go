package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

type (
	// Machine is a table of statuses S and actions A that roles take, with guards over facts F.
	Machine[S, A ~string, F any] = fsm.Machine[S, A, vocab.Role, F]

	// Row is a row of such a table.
	Row[S, A ~string, F any] = fsm.Row[S, A, vocab.Role, F]

	// NoFacts is for tables without guards.
	NoFacts struct{}
)

// Short names for the lists that rows consist of.
type (
	roles         = []vocab.Role
	trades        = []vocab.TradeStatus
	attempts      = []vocab.AttemptStatus
	refunds       = []vocab.RefundStatus
	reservations  = []vocab.ReservationStatus
	uses          = []vocab.UseStatus
	parcels       = []vocab.WarehouseStage
	carriers      = []vocab.CarrierStage
	transfers     = []vocab.TransferStatus
	addresses     = []vocab.AddressChangeStatus
	shortages     = []vocab.ShortageStatus
	interceptions = []vocab.InterceptionStatus
	afterSales    = []vocab.AfterSaleStatus
)
