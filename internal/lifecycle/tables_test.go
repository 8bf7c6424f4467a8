package lifecycle_test

import (
	"errors"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orderflow/internal/fsm"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

var update = flag.Bool("update", false, "write testdata/matrix.golden anew")

func TestTables(t *testing.T) {
	t.Parallel()
	sound(t, lifecycle.Trade)
	sound(t, lifecycle.Attempt)
	sound(t, lifecycle.Refund)
	sound(t, lifecycle.Reservation)
	sound(t, lifecycle.Use)
}

// sound checks a table, and with every combination of facts that at most one row fits and that
// every row fits some.
func sound[S, A, R ~string, F any](t *testing.T, m *fsm.Machine[S, A, R, F]) {
	t.Run(m.Name, func(t *testing.T) {
		t.Parallel()
		for _, err := range m.Check() {
			t.Error(err)
		}
		type key struct {
			from S
			on   A
			by   R
		}
		rows := map[key][]fsm.Row[S, A, R, F]{}
		for from, row := range m.Walk() {
			for _, by := range row.By {
				rows[key{from, row.On, by}] = append(rows[key{from, row.On, by}], row)
			}
		}
		for k, candidates := range rows {
			taken := make([]bool, len(candidates))
			for _, facts := range everyFacts(t, candidates) {
				fits := fitting(candidates, facts)
				if len(fits) > 1 {
					t.Fatalf("%v: %d rows fit %+v", k, len(fits), facts)
				}
				for _, i := range fits {
					taken[i] = true
				}
			}
			if slices.Contains(taken, false) {
				t.Errorf("%v: a row is never taken: %v", k, taken)
			}
		}
	})
}

func fitting[S, A, R ~string, F any](rows []fsm.Row[S, A, R, F], facts F) []int {
	var fits []int
	for i, row := range rows {
		if !slices.ContainsFunc(row.When, func(g fsm.Guard[F]) bool { return !g.Holds(facts) }) {
			fits = append(fits, i)
		}
	}
	return fits
}

// everyFacts makes all combinations of the booleans that guards of the rows look at.
func everyFacts[S, A, R ~string, F any](t *testing.T, rows []fsm.Row[S, A, R, F]) []F {
	t.Helper()
	fields := lookedAt(rows)
	all := make([]F, 1<<len(fields))
	for bits := range all {
		v := reflect.ValueOf(&all[bits]).Elem()
		for i, field := range fields {
			v.Field(field).SetBool(bits&(1<<i) != 0)
		}
	}
	return all
}

// lookedAt finds the fields that change what some guard says: alone, or with one other field.
func lookedAt[S, A, R ~string, F any](rows []fsm.Row[S, A, R, F]) (fields []int) {
	n := reflect.TypeFor[F]().NumField()
	with := func(set ...int) (facts F) {
		for _, i := range set {
			reflect.ValueOf(&facts).Elem().Field(i).SetBool(true)
		}
		return facts
	}
	matters := func(i int, g fsm.Guard[F]) bool {
		for other := range n {
			if other != i && g.Holds(with(other)) != g.Holds(with(other, i)) {
				return true
			}
		}
		return n == 1 && g.Holds(with()) != g.Holds(with(i))
	}
	for i := range n {
		if slices.ContainsFunc(rows, func(row fsm.Row[S, A, R, F]) bool {
			return slices.ContainsFunc(row.When, func(g fsm.Guard[F]) bool { return matters(i, g) })
		}) {
			fields = append(fields, i)
		}
	}
	return fields
}

func TestMatrixIsGolden(t *testing.T) {
	t.Parallel()
	const file = "testdata/matrix.golden"
	var parts []string
	for _, m := range lifecycle.Machines() {
		parts = append(parts, m.Matrix())
	}
	got := strings.Join(parts, "\n")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("who may do what changed; if that is meant, run\n"+
			"\tgo test ./internal/lifecycle -run Golden -update\n%s", firstDiff(string(want), got))
	}
}

func firstDiff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "- " + w[i] + "\n+ " + g[i]
		}
	}
	return "one is longer"
}

func TestManualIsFresh(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := lifecycle.Manual(); want != string(readme) {
		t.Errorf("README.md is stale; run go generate ./internal/lifecycle\n%s",
			firstDiff(want, string(readme)))
	}
}

// The system's own roles are no viewers: what they do must not be offered to anybody else.
func TestConsequencesAreNobodysToTake(t *testing.T) {
	t.Parallel()
	viewers := []string{"BUYER", "MERCHANT", "WAREHOUSE", "SUPPORT", "PLATFORM"}
	consequences := []string{"FAIL_PAYMENT", "PAY", "EXPIRE", "COMPLETE", "REFUND_REMAINING",
		"ANSWER", "REFUSE", "FAIL", "CONFIRM_CLOSED", "CONFIRM_UNPAID", "GIVE_UP", "SUCCEED",
		"ACCEPT", "LOSE", "MISS", "REPORT_ABNORMAL"}
	for _, m := range lifecycle.Machines() {
		for _, row := range m.Rows {
			if !slices.Contains(consequences, row.On) {
				continue
			}
			for _, by := range row.By {
				if slices.Contains(viewers, by) {
					t.Errorf("%s: %s may %s", m.Name, by, row.On)
				}
			}
		}
	}
}

func TestTradeRefusals(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from  vocab.TradeStatus
		on    vocab.TradeAction
		by    vocab.Role
		facts lifecycle.TradeFacts
		guard string // empty: not this role's at all
	}{
		{vocab.PendingPayment, vocab.Cancel, vocab.Merchant,
			lifecycle.TradeFacts{}, lifecycle.GuardSoleShop},
		{vocab.PendingPayment, vocab.Cancel, vocab.Support,
			lifecycle.TradeFacts{SoleShop: true}, ""},
		{vocab.AwaitingShipment, vocab.Cancel, vocab.Buyer,
			lifecycle.TradeFacts{SoleShop: true}, ""},
		{vocab.PendingPayment, vocab.StartPayment, vocab.Buyer,
			lifecycle.TradeFacts{DeadlinePassed: true}, lifecycle.GuardBeforeDeadline},
		{vocab.PaymentFailed, vocab.RetryPayment, vocab.Buyer,
			lifecycle.TradeFacts{DeadlinePassed: true}, lifecycle.GuardBeforeDeadline},
		{vocab.PendingPayment, vocab.AbandonPayment, vocab.Buyer,
			lifecycle.TradeFacts{}, lifecycle.GuardAttemptOpen},
		{vocab.PendingPayment, vocab.Expire, vocab.Clock,
			lifecycle.TradeFacts{DeadlinePassed: true, AttemptOpen: true},
			lifecycle.GuardNoAttemptOpen},
		{vocab.PendingPayment, vocab.Expire, vocab.Clock,
			lifecycle.TradeFacts{}, lifecycle.GuardDeadlinePassed},
		{vocab.PendingPayment, vocab.Pay, vocab.Channel,
			lifecycle.TradeFacts{}, lifecycle.GuardAmountMatches},
		{vocab.PendingPayment, vocab.Pay, vocab.System,
			lifecycle.TradeFacts{AmountMatches: true}, lifecycle.GuardNothingToPay},
		{vocab.Closed, vocab.Pay, vocab.Channel,
			lifecycle.TradeFacts{AmountMatches: true}, ""},
		{vocab.Shipped, vocab.ConfirmReceipt, vocab.Buyer,
			lifecycle.TradeFacts{AfterSaleOpen: true}, lifecycle.GuardNoAfterSale},
		{vocab.Shipped, vocab.ConfirmReceipt, vocab.Clock,
			lifecycle.TradeFacts{DeadlinePassed: true, ParcelTroubled: true},
			lifecycle.GuardParcelsWell},
		{vocab.Completed, vocab.RefundRemaining, vocab.System,
			lifecycle.TradeFacts{AllRefunded: true}, ""},
	} {
		_, err := lifecycle.Trade.Next(tc.from, tc.on, tc.by, tc.facts)
		var refusal *fsm.Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%s may %s from %s: %v", tc.by, tc.on, tc.from, err)
			continue
		}
		if tc.guard == "" && len(refusal.Guards) > 0 || tc.guard != "" && !refusal.Names(tc.guard) {
			t.Errorf("%v, want %q named", err, tc.guard)
		}
	}
}

func TestASignedSuccessCountsFromEveryStatus(t *testing.T) {
	t.Parallel()
	for _, from := range vocab.AttemptStatuses {
		row, err := lifecycle.Attempt.Next(from, vocab.SucceedAttempt, vocab.Channel,
			lifecycle.AttemptFacts{})
		if from == vocab.AttemptSucceeded {
			if err == nil {
				t.Error("a repeated success changes something")
			}
			continue
		}
		if err != nil || row.To != vocab.AttemptSucceeded {
			t.Errorf("from %s: %s, %v", from, row.To, err)
		}
	}
}
