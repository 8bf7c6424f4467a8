package payment_test

import (
	"fmt"
	"strings"
	"testing"

	"orderflow/ent/migrate"
	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// size is what rows take: how many they are, their entries in primary keys and indexes, and the
// bytes of their values.
type size struct{ rows, entries, bytes int }

// TestSizeOfAnOrder bounds what an order of two shops adds to the database until it is paid: each
// row and each index entry is written, logged and read again.
func TestSizeOfAnOrder(t *testing.T) {
	t.Parallel()
	e := ordertest.New(t, dbtest.SQLite)
	other := e.NewSku(ordertest.Sku{Price: 500, South: 10,
		Shop: e.AddShop("other", document.ShopPolicy{})})
	lines := []checkout.Line{ordertest.Line(e.Sku(10), 1), ordertest.Line(other, 2)}
	buyer := e.NewBuyer()
	before := sizes(e)
	placed, err := e.Checkout.Place(store.WithKey(buyer, store.Key{Viewer: "b", Key: "place"}),
		checkout.PlaceInput{Lines: lines, Address: ordertest.Address, ExpectedPayable: 2000})
	e.Must(err)
	started, err := e.Payments.Start(store.WithKey(buyer, store.Key{Viewer: "b", Key: "start"}),
		payment.StartInput{Order: placed.Order, Channel: vocab.Sandbox})
	e.Must(err)
	p := e.DB.Client.Payment.GetX(t.Context(), started.Payment)
	e.Must(e.Payments.Settle(t.Context(), vocab.Sandbox, channel.Charge{
		OutTradeNo: p.ID.String(), State: channel.ChargePaid, Amount: p.Amount,
		TransactionID: "t-1", Currency: p.Currency, PaidAt: e.Now()}))
	var all size
	var text strings.Builder
	for _, table := range migrate.Tables {
		added := sizes(e)[table.Name]
		added.rows -= before[table.Name].rows
		added.entries -= before[table.Name].entries
		added.bytes -= before[table.Name].bytes
		if added.rows > 0 {
			fmt.Fprintf(&text, "\n%-20s %+v", table.Name, added)
		}
		all.rows += added.rows
		all.entries += added.entries
		all.bytes += added.bytes
	}
	if most := (size{20, 74, 4000}); all.rows > most.rows || all.entries > most.entries ||
		all.bytes > most.bytes {
		t.Errorf("%+v, most %+v%s", all, most, text.String())
	}
}

func sizes(e *ordertest.Env) map[string]size {
	e.T.Helper()
	found := map[string]size{}
	for _, table := range migrate.Tables {
		length := "0"
		for _, column := range table.Columns {
			length += " + COALESCE(LENGTH(`" + column.Name + "`), 0)"
		}
		var s size
		err := e.DB.SQL().QueryRowContext(e.T.Context(),
			"SELECT COUNT(*), COALESCE(SUM("+length+"), 0) FROM "+table.Name).Scan(&s.rows, &s.bytes)
		e.Must(err)
		s.entries = s.rows * (1 + len(table.Indexes))
		found[table.Name] = s
	}
	return found
}
