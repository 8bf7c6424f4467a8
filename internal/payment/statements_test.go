package payment_test

import (
	"regexp"
	"slices"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

var writing = regexp.MustCompile("^(INSERT INTO|UPDATE|DELETE FROM) `?([a-z_]+)")

// writesOf names what statements write: "UPDATE orders", in order.
func writesOf(statements []string) (writes []string) {
	for _, query := range statements {
		if found := writing.FindStringSubmatch(query); found != nil {
			writes = append(writes, found[1]+" "+found[2])
		}
	}
	return writes
}

// Every row that a command changes is written once, all new rows of a table by one statement, and
// stock after everything but what follows from it.
func TestCommandsWriteOnce(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var statements dbtest.Statements
			e := ordertest.New(t, dialect, ordertest.Options{Observe: statements.Observe})
			sku, other := e.Sku(10), e.Sku(10)
			expect := func(command string, want ...string) {
				t.Helper()
				if got := writesOf(statements.Take()); !slices.Equal(got, want) {
					t.Errorf("%s writes\n%q, want\n%q", command, got, want)
				}
			}
			statements.Take()
			id := e.Place(ordertest.Line(sku, 2), ordertest.Line(other, 1))
			expect("placing", "INSERT INTO orders", "INSERT INTO sub_orders",
				"INSERT INTO order_items", "INSERT INTO events", "INSERT INTO reservations",
				"INSERT INTO stock_movements", "UPDATE buyers", "UPDATE stocks")
			p := e.StartPayment(id)
			expect("starting a payment",
				"INSERT INTO payments", "INSERT INTO events", "UPDATE orders", "UPDATE payments")
			e.Must(e.Payments.Settle(t.Context(), vocab.Sandbox, channel.Charge{
				OutTradeNo: p.ID.String(), State: channel.ChargePaid, Amount: p.Amount,
				TransactionID: "t-1", Currency: p.Currency, PaidAt: e.Now()}))
			expect("a paid notice", "INSERT INTO events", "UPDATE orders", "UPDATE payments",
				"UPDATE sub_orders")
			id = e.Place(ordertest.Line(sku, 1))
			statements.Take()
			_, err := e.Payments.Cancel(e.Buyer, id)
			e.Must(err)
			expect("cancelling", "INSERT INTO events", "INSERT INTO stock_movements",
				"UPDATE orders", "UPDATE sub_orders", "UPDATE reservations", "UPDATE stocks")
		})
	}
}
