package bench_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-sql-driver/mysql"

	"orderflow/internal/dbtest"
	"orderflow/internal/tools/bench"
)

// comparison returns a small comparison on a dialect of this run.
func comparison(t *testing.T, dialect string) *bench.Comparison {
	t.Helper()
	c := &bench.Comparison{
		Binary: binary, ErrorLog: t.Output(), Skus: 6, Clients: []int{1, 3}, Orders: 130, Rounds: 2,
		SideDuration: 50 * time.Millisecond,
	}
	if dialect == dbtest.SQLite {
		c.Database = "sqlite:" + filepath.Join(t.TempDir(), "orderflow.db")
	} else {
		c.Database = "mysql:" + dbtest.MySQLDSN(t)
	}
	return c
}

// Place, List, Mix and Refund count what is in both databases afterwards, and verify the server's:
// a wrong outcome is their error.
func TestComparisonsOfBothSides(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			c := comparison(t, dialect)
			steps := map[string]int{}
			c.Progress = func(step string, done, all int) {
				if done == all {
					steps[step]++
				}
			}
			placed, err := c.Place(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			checkReport(t, placed, "place", "6 skus", "one hot sku")
			listed, err := c.List(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			checkReport(t, listed, "list", "a buyer's", "list of 97", "list of 16", "counts of 97",
				"counts of 16")
			checkGrowth(t, listed)
			mixed, err := c.Mix(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			checkReport(t, mixed, "mix", "60 : 30 : 10")
			checkKinds(t, mixed)
			c.Orders = 20
			refunded, err := c.Refund(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			checkReport(t, refunded, "refund", "before shipping")
			if steps["seed"] != 4 || steps["fill"] != 2 || steps["plain"] != 2 || steps["run"] != 4 {
				t.Errorf("steps ended: %v", steps)
			}
			checkNoScratch(t, c.Database)
		})
	}
}

// checkReport checks that every row has figures of both sides, and the printed form.
func checkReport(t *testing.T, r *bench.Report, what string, works ...string) {
	t.Helper()
	var found []string
	for _, row := range r.Rows {
		found = append(found, row.Work)
		for name, side := range map[string]bench.Side{"GraphQL": row.API, "SQL": row.Plain} {
			m := side.Median
			if len(side.Rounds) != 2 || m.Pieces < 1 || m.PerSecond <= 0 || m.P50 == nil ||
				*m.P50 <= 0 || m.P99 == nil || *m.P99 < *m.P50 {
				t.Errorf("%s, %d clients, %s: %+v", row.Work, row.Clients, name, m)
			}
			checkExchange(t, row.Work+" "+name, r.Machine.Database, m.Exchange)
		}
		if row.Ratio == nil || *row.Ratio <= 0 {
			t.Errorf("%s, %d clients: ratio %v", row.Work, row.Clients, row.Ratio)
		}
	}
	if want := slices.Repeat(works, 2); r.What != what ||
		!slices.Equal(slices.Sorted(slices.Values(found)), slices.Sorted(slices.Values(want))) {
		t.Errorf("%s reports %v, want %v", r.What, found, want)
	}
	if r.Machine.Cores < 1 || r.Machine.Database == "" || r.Machine.Durability == "" {
		t.Errorf("the machine is %+v", r.Machine)
	}
	var text, encoded bytes.Buffer
	if err := r.Print(&text); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if err := r.JSON(&encoded); err != nil {
		t.Fatal(err)
	}
	var again bench.Report
	if err := json.Unmarshal(encoded.Bytes(), &again); err != nil || len(again.Rows) != len(r.Rows) {
		t.Errorf("as JSON: %v, %d rows", err, len(again.Rows))
	}
}

// checkGrowth checks that both lists of shops are compared, for each number of clients.
func checkGrowth(t *testing.T, r *bench.Report) {
	t.Helper()
	if len(r.Growth) != 4 {
		t.Errorf("%d comparisons of shops", len(r.Growth))
	}
	for _, g := range r.Growth {
		for _, side := range []bench.GrowthSide{g.API, g.Plain} {
			if side.Ratio == nil || *side.Ratio != *side.Many / *side.Few {
				t.Errorf("%s, %d clients: %+v", g.Work, g.Clients, side)
			}
		}
		if g.ManyOrders != 97 || g.FewOrders != 16 {
			t.Errorf("%s: of %d orders, of %d", g.Work, g.ManyOrders, g.FewOrders)
		}
	}
}

// checkKinds checks that the pieces of a round are those of its kinds.
func checkKinds(t *testing.T, r *bench.Report) {
	t.Helper()
	for _, row := range r.Rows {
		for _, f := range slices.Concat(row.API.Rounds, row.Plain.Rounds) {
			pieces := 0
			for kind, times := range f.Kinds {
				pieces += times.Pieces
				if *times.P50 <= 0 || *times.P99 < *times.P50 {
					t.Errorf("%s: %+v", kind, times)
				}
			}
			if pieces != f.Pieces {
				t.Errorf("%d pieces, of all kinds %d", f.Pieces, pieces)
			}
		}
	}
}

// checkExchange checks that what the database was sent is known, its bytes if it has a network.
func checkExchange(t *testing.T, side, database string, e bench.Exchange) {
	t.Helper()
	for _, value := range []*float64{e.Statements, e.RowsRead, e.RowsWritten} {
		if value == nil {
			t.Fatalf("%s: %+v", side, e)
		}
	}
	if *e.Statements < 1 || *e.RowsRead+*e.RowsWritten < 1 {
		t.Errorf("%s: %v statements, %v rows read, %v written", side, *e.Statements, *e.RowsRead,
			*e.RowsWritten)
	}
	networked := !strings.HasPrefix(database, "SQLite")
	for _, value := range []*float64{e.BytesSent, e.BytesReceived} {
		if (value != nil) != networked || networked && *value < 10 {
			t.Errorf("%s: %+v bytes on the network of %s", side, e, database)
		}
	}
}

// checkNoScratch fails when a scratch database of a comparison is left.
func checkNoScratch(t *testing.T, database string) {
	t.Helper()
	if path, embedded := strings.CutPrefix(database, "sqlite:"); embedded {
		left, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(left) > 0 {
			t.Errorf("%v are left, %v", left, err)
		}
		return
	}
	cfg, err := mysql.ParseDSN(strings.TrimPrefix(database, "mysql:"))
	if err != nil {
		t.Fatal(err)
	}
	var left int
	err = dbtest.OpenName(t, "mysql:"+cfg.FormatDSN()).SQL().QueryRowContext(t.Context(),
		"SELECT COUNT(*) FROM information_schema.schemata "+
			"WHERE schema_name LIKE ?", cfg.DBName+"\\_bench\\_%").Scan(&left)
	if err != nil || left > 0 {
		t.Errorf("%d databases are left, %v", left, err)
	}
}

func TestFailedComparisonLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			c := comparison(t, dialect)
			c.Binary = filepath.Join(t.TempDir(), "nothing")
			if _, err := c.Place(t.Context()); err == nil {
				t.Error("no server, and no error")
			}
			checkNoScratch(t, c.Database)
		})
	}
	c := comparison(t, dbtest.SQLite)
	c.Database = "postgres:x"
	if _, err := c.List(t.Context()); err == nil {
		t.Error("a database of another kind is accepted")
	}
}
