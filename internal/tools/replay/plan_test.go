package replay_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/tools/replay"
)

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// good is a row that is replayed.
const good = "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"

func load(t testing.TB, text string, limit int) *replay.Plan {
	t.Helper()
	path := filepath.Join(t.TempDir(), "retail.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	plan, err := replay.Load(path, limit)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestReasons(t *testing.T) {
	t.Parallel()
	many := strings.Builder{}
	for i := range replay.MaxLines + 1 {
		fmt.Fprintf(&many, "536365,X%d,THING,1,2010-12-01 08:26:00,1,17850,United Kingdom\n", i)
	}
	edit := func(old, by string) string { return strings.Replace(good, old, by, 1) }
	for name, c := range map[string]struct {
		rows string
		want replay.Reason // of the last row; empty: it is replayed
	}{
		"a sale":                        {good, ""},
		"the time of other editions":    {edit("2010-12-01 08:26:00", "12/1/2010 8:26"), ""},
		"a guest":                       {edit("17850", ""), ""},
		"a price to the pound":          {edit("2.55", "2"), ""},
		"a price to ten pence":          {edit("2.55", "2.5"), ""},
		"a price with zeros":            {edit("2.55", "2.5500"), ""},
		"other goods' codes":            {edit("85123A", "DCGS0076"), ""},
		"a field too few":               {edit(",United Kingdom", ""), replay.Unreadable},
		"a field too many":              {edit("HOLDER", "HOLDER,WHITE"), replay.Unreadable},
		"a bare quote":                  {edit("HOLDER", `6" HOLDER`), replay.Unreadable},
		"no invoice":                    {edit("536365", ""), replay.Unreadable},
		"no code":                       {edit("85123A", ""), replay.Unreadable},
		"a code like a price's":         {edit("85123A", "85123A@2.55"), replay.Unreadable},
		"a long code":                   {edit("85123A", strings.Repeat("8", 41)), replay.Unreadable},
		"no country":                    {edit("United Kingdom", ""), replay.Unreadable},
		"a quantity in words":           {edit(",6,", ",six,"), replay.Unreadable},
		"no time":                       {edit("2010-12-01 08:26:00", "yesterday"), replay.Unreadable},
		"a price in words":              {edit("2.55", "two"), replay.Unreadable},
		"a price like no other":         {edit("2.55", "99999999999"), replay.Unreadable},
		"postage":                       {edit("85123A", "POST"), replay.NoGoods},
		"a manual entry":                {edit("85123A", "m"), replay.NoGoods},
		"a fee":                         {edit("85123A", "AMAZONFEE"), replay.NoGoods},
		"a voucher":                     {edit("85123A", "gift_0001_40"), replay.NoGoods},
		"an adjustment":                 {edit(",6,", ",-6,"), replay.Adjustment},
		"nothing":                       {edit(",6,", ",0,"), replay.Adjustment},
		"for free":                      {edit("2.55", "0"), replay.NoPrice},
		"a debt":                        {edit("2.55", "-11062.06"), replay.NoPrice},
		"a tenth of a penny":            {edit("2.55", "0.001"), replay.BrokenPence},
		"no description":                {edit("HOLDER", " "), replay.NoDescription},
		"another customer":              {good + edit("17850", "17851"), replay.AnotherCustomer},
		"a guest after a customer":      {good + edit("17850", ""), replay.AnotherCustomer},
		"too many units":                {edit(",6,", ",100001,"), replay.TooManyUnits},
		"too many units in all":         {good + edit(",6,", ",99995,"), replay.TooManyUnits},
		"as many units as there may be": {good + edit(",6,", ",99994,"), ""},
		"too many lines":                {many.String(), replay.TooManyLines},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := load(t, header+c.rows, 0)
			var got replay.Reason
			rejects := 0
			if c.want != "" {
				rejects = 1
			}
			if len(plan.Rejects) > 0 {
				got = plan.Rejects[0].Reason
			}
			if got != c.want || len(plan.Rejects) != rejects || plan.Rows.Rejected != rejects {
				t.Errorf("rejects %v, want %q", plan.Rejects, c.want)
			}
		})
	}
}

func TestRejectsFile(t *testing.T) {
	t.Parallel()
	plan := load(t, header+good+"536366,POST,\"POSTAGE, BY AIR\",1,2010-12-01 08:28:00,18,12583,"+
		"France\n536367,\"broken\n", 0)
	var out bytes.Buffer
	if err := plan.WriteRejects(&out); err != nil {
		t.Fatal(err)
	}
	want := "Line,Reason," + header +
		"3,no goods,536366,POST,\"POSTAGE, BY AIR\",1,2010-12-01 08:28:00,18,12583,France\n" +
		"4,unreadable\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"another table": "a,b,c\n1,2,3\n", "nothing": "", "no gzip": "\x1f\x8bthis is none",
	} {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := replay.Load(path, 0); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// With any file and any limit every row that is read is replayed or rejected, and so is every
// invoice.
func TestEveryRowIsCounted(t *testing.T) {
	t.Parallel()
	one := func(values ...string) *rapid.Generator[string] { return rapid.SampledFrom(values) }
	row := rapid.Custom(func(t *rapid.T) []string {
		fields := []string{
			one("1", "2", "3", "C4", "C5", "A6", "", " 1").Draw(t, "invoice"),
			one("85123A", "85123a", "22", "POST", "M", "", "x@1").Draw(t, "code"),
			one("HOLDER", "", "a,b", "£").Draw(t, "description"),
			one("6", "1", "0", "-3", "-1", "99999", "100001", "x").Draw(t, "quantity"),
			one("2010-12-01 08:26:00", "2010-12-02 09:00:00", "12/1/2010 8:26", "?").Draw(t, "date"),
			one("2.55", "1", "0", "-1", "0.001", "x").Draw(t, "price"),
			one("17850", "17851", "").Draw(t, "customer"),
			one("France", "").Draw(t, "country"),
		}
		return fields[:rapid.SampledFrom([]int{8, 8, 8, 8, 3, 1}).Draw(t, "fields")]
	})
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(row, 0, 60).Draw(t, "rows")
		var text bytes.Buffer
		text.WriteString(header)
		out := csv.NewWriter(&text)
		lines, invoices := 0, map[string]bool{}
		for _, fields := range rows {
			if len(fields) == 1 && fields[0] == "" {
				fields[0] = "1"
			}
			if err := out.Write(fields); err != nil {
				t.Fatal(err)
			}
			lines++
			if number := strings.TrimSpace(fields[0]); number != "" {
				invoices[number] = true
			}
		}
		out.Flush()
		path := filepath.Join(dir, "rows.csv")
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		plan, err := replay.Load(path, 0)
		if err != nil {
			t.Fatal(err)
		}
		checkCounts(t, plan)
		if plan.Rows.Read != lines || plan.Invoices.Read != len(invoices) {
			t.Fatalf("read %d rows of %d, %d invoices of %d",
				plan.Rows.Read, lines, plan.Invoices.Read, len(invoices))
		}
		limit := rapid.IntRange(1, 7).Draw(t, "limit")
		part, err := replay.Load(path, limit)
		if err != nil {
			t.Fatal(err)
		}
		checkCounts(t, part)
		if part.Invoices.Read != min(limit, len(invoices)) || part.Rows.Read > lines {
			t.Fatalf("with limit %d read %d invoices", limit, part.Invoices.Read)
		}
	})
}

func checkCounts(t *rapid.T, plan *replay.Plan) {
	for name, c := range map[string]replay.Count{"rows": plan.Rows, "invoices": plan.Invoices} {
		if c.Read != c.Replayed+c.Rejected {
			t.Fatalf("%s do not add up: %+v", name, c)
		}
	}
	if len(plan.Rejects) != plan.Rows.Rejected {
		t.Fatalf("%d rejects are listed, %d counted", len(plan.Rejects), plan.Rows.Rejected)
	}
}

// A plan depends on the contents of a file, plain or compressed.
func TestCompressed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/retail.csv")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	out := gzip.NewWriter(&packed)
	if _, err := out.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	plain, compressed := load(t, string(text), 0), load(t, packed.String(), 0)
	if !reflect.DeepEqual(plain, compressed) {
		t.Error("the plans differ")
	}
}
