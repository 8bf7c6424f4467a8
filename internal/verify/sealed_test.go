package verify_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"entgo.io/ent/dialect"

	"orderflow/ent/addresschange"
	"orderflow/ent/migrate"
	"orderflow/internal/checkout"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
)

// secrets are what people say and what identifies them, in the purchases of the fixture and below.
var secrets = []string{
	"王芳", "13812345678", "科技路", "天河路", // addresses of buyers
	"ring twice", "moved house", "street is closed", // a buyer's note, a shop's reasons
	"three cards",                                                   // why something is on hold
	"with care", "they are broken", statement.Text, ordertest.Photo, // memos, messages, evidence
	"a street",                               // where returns go
	"left with the neighbour", "Flower Lane", // what couriers tell
}

// TestATakenDatabaseTellsNothingOfPeople plays a thief of the database after a day of trade.
func TestATakenDatabaseTellsNothingOfPeople(t *testing.T) {
	each(t, func(t *testing.T, e *ordertest.Env) {
		newFixture(e)
		tellSecrets(e)
		for _, table := range migrate.Tables {
			searchTable(e, table.Name)
		}
		if e.DB.Dialect == dialect.SQLite {
			searchFile(e)
		}
	})
}

// tellSecrets adds what the fixture does not have.
func tellSecrets(e *ordertest.Env) {
	e.T.Helper()
	lines := []checkout.Line{ordertest.Line(e.Sku(5), 1)}
	buyer := e.NewBuyer()
	quote, err := e.Checkout.Quote(buyer,
		checkout.QuoteInput{Lines: lines, Region: ordertest.Address.Region})
	e.Must(err)
	placed, err := e.Checkout.Place(buyer, checkout.PlaceInput{Lines: lines,
		Address: ordertest.Address, ExpectedPayable: quote.Price.Totals.Payable,
		Notes: []checkout.Note{{Shop: e.Shop.ID, Text: "ring twice"}}})
	e.Must(err)
	id := placed.Order
	sub := e.Order(id).QuerySubOrders().OnlyX(e.T.Context())
	if note := e.Open(sub.Note, id, "note"); note != "ring twice" {
		e.T.Errorf("the note is %q", note)
	}
	e.Pay(id)
	elsewhere := ordertest.Address
	elsewhere.Street = "天河路 9 号"
	_, err = e.Orders.RequestAddressChange(buyer,
		order.AddressInput{Order: id, Address: elsewhere})
	e.Must(err)
	change := e.DB.Client.AddressChange.Query().Where(addresschange.OrderID(id)).
		OnlyIDX(e.T.Context())
	_, err = e.Orders.AnswerAddressChange(e.Merchant,
		order.AnswerInput{Change: change, Reason: "moved house"})
	e.Must(err)
	_, err = e.Orders.ProposeAddressChange(e.Merchant, order.ProposeInput{SubOrder: sub.ID,
		Address: elsewhere, Note: "the street is closed"})
	e.Must(err)
}

// searchTable fails the test for each column of a table that has a secret.
func searchTable(e *ordertest.Env, table string) {
	e.T.Helper()
	rows, err := e.DB.SQL().QueryContext(e.T.Context(), "SELECT * FROM "+table)
	e.Must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	e.Must(err)
	values, targets := make([][]byte, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		e.Must(rows.Scan(targets...))
		for i, value := range values {
			wantNoSecret(e, fmt.Sprintf("%s.%s", table, columns[i]), value)
		}
	}
	e.Must(rows.Err())
}

// searchFile looks at the database as its file has it, with what was deleted or changed.
func searchFile(e *ordertest.Env) {
	e.T.Helper()
	var path string
	e.Must(e.DB.SQL().QueryRowContext(e.T.Context(),
		"SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path))
	for range 2 { // before a checkpoint, and after it
		for _, file := range []string{path, path + "-wal"} {
			content, err := os.ReadFile(file)
			e.Must(err)
			wantNoSecret(e, file, content)
		}
		_, err := e.DB.SQL().ExecContext(e.T.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
		e.Must(err)
	}
}

func wantNoSecret(e *ordertest.Env, where string, content []byte) {
	e.T.Helper()
	for _, secret := range secrets {
		if bytes.Contains(content, []byte(secret)) {
			e.T.Errorf("%s has %q", where, secret)
		}
	}
}
