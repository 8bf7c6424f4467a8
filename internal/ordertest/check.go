package ordertest

import (
	"orderflow/ent"
	entevent "orderflow/ent/event"
	entstock "orderflow/ent/stock"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

// Verify fails the test unless every invariant of the database holds.
func (e *Env) Verify() {
	e.T.Helper()
	report, err := verify.Run(e.T.Context(), e.DB, e.Keys, nil)
	e.Must(err)
	for _, c := range report.Checks {
		for _, v := range c.Violations {
			e.T.Errorf("%s: %s %s", c.Name, v.ID, v.Detail)
		}
	}
}

// Open opens what is sealed for a column of a row.
func (e *Env) Open(sealed []byte, row globalid.ID, column string) string {
	e.T.Helper()
	text, err := e.Keys.OpenText(sealed, row, column)
	e.Must(err)
	return text
}

// WantFault ends the test unless err is that fault.
func (e *Env) WantFault(err error, want fault.Code) {
	e.T.Helper()
	if !fault.Is(err, want) {
		e.T.Fatalf("error %v, want %s", err, want)
	}
}

// Events counts the events of that name.
func (e *Env) Events(name string) int {
	return e.DB.Client.Event.Query().Where(entevent.Type(name)).CountX(e.T.Context())
}

// WantTrade fails the test unless a sub-order has that status.
func (e *Env) WantTrade(sub globalid.ID, want vocab.TradeStatus) {
	e.T.Helper()
	if got := e.SubOrder(sub).Status; got != want {
		e.T.Errorf("the sub-order is %s, want %s", got, want)
	}
}

// WantStock fails the test unless a warehouse has that of a sku.
func (e *Env) WantStock(sku *ent.Sku, at *ent.Warehouse, onHand, reserved int64) {
	e.T.Helper()
	row, err := e.DB.Client.Stock.Query().Where(entstock.SkuID(sku.ID),
		entstock.WarehouseID(at.ID)).Only(e.T.Context())
	if ent.IsNotFound(err) {
		row, err = &ent.Stock{}, nil
	}
	e.Must(err)
	if row.OnHand != onHand || row.Reserved != reserved {
		e.T.Errorf("%s has %d, %d reserved; want %d, %d",
			at.Name, row.OnHand, row.Reserved, onHand, reserved)
	}
}

// WantAfterSale ends the test unless a request has that status, and an end when that is its end.
func (e *Env) WantAfterSale(id globalid.ID, status vocab.AfterSaleStatus) *ent.AfterSale {
	e.T.Helper()
	a := e.AfterSale(id)
	if a.Status != status {
		e.T.Fatalf("the request is %s, want %s", a.Status, status)
	}
	if (a.EndedAt != nil) != vocab.AfterSaleFinal.Has(status) {
		e.T.Errorf("%s, ended at %v", status, a.EndedAt)
	}
	return a
}
