package replay

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"orderflow/internal/money"
)

// Summary is the result of a replay, read back from the server. All but Latencies is the same on
// every database and with any number of workers and interruptions.
type Summary struct {
	// File identifies the contents of the file.
	File     string         `json:"file"`
	Rows     Count          `json:"rows"`
	Rejected map[Reason]int `json:"rejected"`
	Invoices Count          `json:"invoices"`
	Skus     int            `json:"skus"`

	Orders   int            `json:"orders"`
	Statuses map[string]int `json:"statuses"` // number of orders by status
	Parcels  int            `json:"parcels"`  // delivered
	Units    int64          `json:"units"`
	Currency string         `json:"currency"`
	Payable  int64          `json:"payable"` // minor units
	Paid     int64          `json:"paid"`    // minor units, by payments that counted
	Shops    []Shop         `json:"shops"`

	AfterSales []AfterSales `json:"after_sales"`
	Refunded   int64        `json:"refunded"` // minor units
	Kept       int64        `json:"kept"`     // minor units, by all items: Paid − Refunded

	// OtherSubOrders is the number of sub-orders of the file's shops that this run did not make, such
	// as those of a run with a higher limit.
	OtherSubOrders int       `json:"strangers"`
	Problems       []string  `json:"problems"`
	Latencies      []Latency `json:"latencies"`
}

// Shop is the result of one shop.
type Shop struct {
	Code      string `json:"code"`
	Orders    int    `json:"orders"` // with a part of this shop
	SubOrders int    `json:"sub_orders"`
	Parcels   int    `json:"parcels"`
	Units     int64  `json:"units"`
	Payable   int64  `json:"payable"` // minor units
}

// OK reports whether every order has ended as planned.
func (s *Summary) OK() bool { return len(s.Problems) == 0 }

// JSON writes the summary for programs.
func (s *Summary) JSON(w io.Writer) error {
	to := json.NewEncoder(w)
	to.SetIndent("", "  ")
	return to.Encode(s)
}

// Print writes the summary for people.
func (s *Summary) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\tread\treplayed\trejected\n")
	for _, c := range []struct {
		name string
		Count
	}{{"rows", s.Rows}, {"invoices", s.Invoices}} {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", c.name, c.Read, c.Replayed, c.Rejected)
	}
	fmt.Fprintln(t)
	for _, why := range Reasons() {
		if n := s.Rejected[why]; n > 0 {
			fmt.Fprintf(t, "rejected: %s\t%d\n", why, n)
		}
	}
	fmt.Fprintf(t, "\n\torders\tsub-orders\tparcels\tunits\tpayable\n")
	subs := 0
	for _, shop := range s.Shops {
		subs += shop.SubOrders
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%s\n", shop.Code, shop.Orders, shop.SubOrders,
			shop.Parcels, shop.Units, s.text(shop.Payable))
	}
	fmt.Fprintf(t, "in all\t%d\t%d\t%d\t%d\t%s\n", s.Orders, subs, s.Parcels, s.Units,
		s.text(s.Payable))
	fmt.Fprintln(t)
	s.printRequests(t)
	for _, status := range sorted(s.Statuses) {
		fmt.Fprintf(t, "%s\t%d\n", status, s.Statuses[status])
	}
	fmt.Fprintf(t, "\nstep\ttimes\tp50 ms\tp99 ms\n")
	for _, l := range s.Latencies {
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%.1f\n", l.Step, l.Times, l.P50, l.P99)
	}
	if s.OtherSubOrders > 0 {
		fmt.Fprintf(t, "\n%d sub-orders of these shops are of another run.\n", s.OtherSubOrders)
	}
	for _, problem := range s.Problems {
		fmt.Fprintln(t, problem)
	}
	return t.Flush()
}

func (s *Summary) text(amount int64) string {
	return money.Money{Amount: amount, Currency: money.Currency(s.Currency)}.Text()
}

func sorted(counts map[string]int) (keys []string) {
	for key := range counts {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
